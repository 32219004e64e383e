// What all pages do: errors are brought to the reader, forms are sent once, what is to be printed is.
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("error-summary")?.focus();
  if (document.querySelector("[data-prints='at once']")) {
    history.replaceState(null, "", location.pathname); // once: not when the page is seen again
    window.print();
  }
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("hx-post")) form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});
// Paper is white and nothing on it can be opened.
const root = document.documentElement;
window.addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("main details:not([open])")) each.open = each.dataset.printed = true;
  if (root.dataset.bsTheme === "dark") {
    root.dataset.bsTheme = "light";
    root.dataset.printed = true;
  }
});
window.addEventListener("afterprint", () => {
  for (const each of document.querySelectorAll("details[data-printed]")) {
    each.open = false;
    delete each.dataset.printed;
  }
  if (root.dataset.printed) root.dataset.bsTheme = "dark";
  delete root.dataset.printed;
});
