// Before the first paint: a reader who chose neither light nor dark gets what the system shows.
if (!document.documentElement.dataset.bsTheme && window.matchMedia("(prefers-color-scheme: dark)").matches) {
  document.documentElement.dataset.bsTheme = "dark";
}
