// Booked paths: how long a hold still lasts, and dragging on the laboratory's board (a form on each appointment does the same).
for (const clock of document.querySelectorAll("[data-seconds]")) {
  const end = Date.now() + 1000 * Number(clock.dataset.seconds);
  const tick = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    clock.textContent = `(${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")})`;
    if (left === 0) window.location.reload();
    else window.setTimeout(tick, 1000);
  };
  if (Number(clock.dataset.seconds) > 0) tick();
}

const board = document.querySelector("[data-board]");
const form = document.getElementById("drag");
const two = (number) => String(number).padStart(2, "0");

function dragged(link, event) {
  const bar = link.querySelector("rect");
  const row = link.closest("svg");
  const hourWidth = row.getBoundingClientRect().width / (24 * Number(board.dataset.days));
  const from = { x: event.clientX, y: event.clientY };
  let moved = false;
  let hours = 0;
  let target = row;
  const follow = (now) => {
    if (!moved && Math.hypot(now.clientX - from.x, now.clientY - from.y) < 5) return;
    moved = true;
    hours = Math.round((now.clientX - from.x) / hourWidth);
    const under = [...board.querySelectorAll("svg[data-bench]")].find((each) => {
      const box = each.getBoundingClientRect();
      return now.clientY >= box.top && now.clientY < box.bottom;
    });
    target = under ?? row;
    const down = target.getBoundingClientRect().top - row.getBoundingClientRect().top;
    bar.setAttribute("transform", `translate(${hours * hourWidth} ${down})`);
    link.classList.add("booking-dragged");
  };
  const drop = () => {
    window.removeEventListener("pointermove", follow);
    if (!moved) return;
    link.addEventListener("click", (click) => click.preventDefault(), { once: true });
    const start = new Date(`${link.dataset.start}:00Z`);
    start.setUTCHours(start.getUTCHours() + hours);
    const text = `${start.getUTCFullYear()}-${two(start.getUTCMonth() + 1)}-${two(start.getUTCDate())}T${two(start.getUTCHours())}:${two(start.getUTCMinutes())}`;
    form.action = link.dataset.move;
    form.elements.bench.value = target.dataset.bench;
    form.elements.start.value = text;
    form.elements.version.value = link.dataset.version;
    form.querySelector("[data-what]").textContent = link.querySelector("title").textContent.split(" · ")[0];
    form.querySelector("[data-where]").textContent = `${target.getAttribute("aria-label")}, ${text.replace("T", " ")}`;
    form.hidden = false;
    form.scrollIntoView({ block: "nearest" });
    form.querySelector("button").focus();
    form.addEventListener(
      "reset",
      () => {
        bar.removeAttribute("transform");
        link.classList.remove("booking-dragged");
        form.hidden = true;
      },
      { once: true },
    );
  };
  window.addEventListener("pointermove", follow);
  window.addEventListener("pointerup", drop, { once: true });
}

if (board && form) {
  for (const link of board.querySelectorAll("[data-movable]")) {
    link.addEventListener("dragstart", (event) => event.preventDefault());
    link.addEventListener("pointerdown", (event) => {
      if (event.button === 0) dragged(link, event);
    });
  }
}
