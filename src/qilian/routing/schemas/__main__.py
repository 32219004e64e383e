"""Write the JSON Schemas of the routing formats anew beside this file, from the models that read them.

``python -m qilian.routing.schemas``; the files are published, so that a change must only ever add fields.
"""

import json
from pathlib import Path

from qilian.routing.files import schemas

for _name, _schema in schemas().items():
    _text = json.dumps(_schema, indent=2, ensure_ascii=False) + "\n"
    Path(__file__).with_name(_name).write_text(_text, encoding="utf-8")
