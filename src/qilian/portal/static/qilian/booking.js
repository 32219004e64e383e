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
const rows = board ? [...board.querySelectorAll("svg[data-bench]")] : [];
const hourWidth = (row) => row.getBoundingClientRect().width / (24 * Number(board.dataset.days));

// Draw a bar so many hours later, in another bench's row; nothing is moved yet.
function draw(link, hours, target) {
  const row = link.closest("svg");
  const down = target.getBoundingClientRect().top - row.getBoundingClientRect().top;
  link.querySelector("rect").setAttribute("transform", `translate(${hours * hourWidth(row)} ${down})`);
  link.classList.add("booking-dragged");
}

// Say where a bar would be, and offer to move it there; the form's reset puts it back.
function offer(link, hours, target) {
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
  form.onreset = () => {
    link.querySelector("rect").removeAttribute("transform");
    link.classList.remove("booking-dragged");
    form.hidden = true;
  };
}

function dragged(link, event) {
  const row = link.closest("svg");
  const from = { x: event.clientX, y: event.clientY };
  let moved = false;
  let hours = 0;
  let target = row;
  const follow = (now) => {
    if (!moved && Math.hypot(now.clientX - from.x, now.clientY - from.y) < 5) return;
    moved = true;
    hours = Math.round((now.clientX - from.x) / hourWidth(row));
    const under = rows.find((each) => {
      const box = each.getBoundingClientRect();
      return now.clientY >= box.top && now.clientY < box.bottom;
    });
    target = under ?? row;
    draw(link, hours, target);
  };
  const drop = () => {
    window.removeEventListener("pointermove", follow);
    if (!moved) return;
    link.addEventListener("click", (click) => click.preventDefault(), { once: true });
    offer(link, hours, target);
    form.scrollIntoView({ block: "nearest" });
    form.querySelector("button").focus();
  };
  window.addEventListener("pointermove", follow);
  window.addEventListener("pointerup", drop, { once: true });
}

// By keyboard: arrows move the bar that has the focus by an hour or a bench, Page Up and Down by a day; Enter goes to
// the form once it was moved (before, it opens the appointment), Escape puts it back.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], PageUp: [-24, 0], PageDown: [24, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function keyed(link) {
  const home = rows.indexOf(link.closest("svg"));
  let hours = 0;
  let place = home;
  form.addEventListener("reset", () => {
    hours = 0;
    place = home;
  });
  link.addEventListener("keydown", (event) => {
    const step = event.altKey || event.ctrlKey || event.metaKey ? undefined : STEPS[event.key];
    if (step) {
      event.preventDefault();
      if (hours === 0 && place === home) form.reset();
      hours += step[0];
      place = Math.min(rows.length - 1, Math.max(0, place + step[1]));
      draw(link, hours, rows[place]);
      offer(link, hours, rows[place]);
    } else if (event.key === "Enter" && (hours !== 0 || place !== home)) {
      event.preventDefault();
      form.querySelector("button").focus();
    } else if (event.key === "Escape") form.reset();
  });
}

if (board && form) {
  for (const link of board.querySelectorAll("[data-movable]")) {
    link.addEventListener("dragstart", (event) => event.preventDefault());
    link.addEventListener("pointerdown", (event) => {
      if (event.button === 0) dragged(link, event);
    });
    keyed(link);
  }
}
