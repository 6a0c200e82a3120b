// What the board needs of the DOM that has no business in the application's own code: lifting a card with a pointer,
// letting cards fly to their new place, and opening one menu beside any card.
const reduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const EASE = "cubic-bezier(0.2, 0.7, 0.2, 1)";

// Remembers where the cards are; the answer, called after the change, lets them fly from there.
export function flight(board) {
  const before = new Map();
  for (const card of board.querySelectorAll("[data-card]")) before.set(card.dataset.card, card.getBoundingClientRect());
  return () => {
    if (reduced()) return;
    for (const card of board.querySelectorAll("[data-card]")) {
      const from = before.get(card.dataset.card);
      if (!from || !from.width) continue;
      const to = card.getBoundingClientRect();
      const [x, y] = [from.left - to.left, from.top - to.top];
      if (!to.width || (Math.abs(x) < 1 && Math.abs(y) < 1)) continue;
      card.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: 240, easing: EASE });
    }
  };
}

// Puts the focus on a card and brings it into view, its column too.
export function land(card) {
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", inline: "nearest", behavior: reduced() ? "auto" : "smooth" });
}

// Shows the menu beside the button. The browser places it where it knows how to; elsewhere we do.
export function openMenu(menu, button) {
  if (menu.matches(":popover-open")) menu.hidePopover();
  menu.showPopover({ source: button });
  if (!CSS.supports("position-area: block-end")) {
    const at = button.getBoundingClientRect();
    const [w, h] = [menu.offsetWidth, menu.offsetHeight];
    menu.style.inset = "auto";
    menu.style.margin = "0";
    menu.style.left = `${Math.max(8, Math.min(at.right - w, innerWidth - w - 8))}px`;
    menu.style.top = `${at.bottom + 4 + h > innerHeight ? Math.max(8, at.top - h - 4) : at.bottom + 4}px`;
  }
}

// Lets cards be dragged to another column: at once with a mouse, after a long press with a finger. Calls
// `drop(card, stage)`; answers with a function that takes everything off again.
export function draggable(board, drop) {
  let drag = null;
  let press = 0;

  const column = (x, y) => document.elementsFromPoint(x, y).find((e) => e.matches?.("[data-stage]"));
  const mark = (target) => {
    if (drag.over === target) return;
    drag.over?.removeAttribute("data-over");
    drag.over = target;
    if (target && target !== drag.home) target.setAttribute("data-over", "");
  };
  const place = (x, y) => {
    drag.lift.style.transform = `translate(${x - drag.dx}px, ${y - drag.dy}px) rotate(${reduced() ? 0 : 1.4}deg)`;
  };
  const lift = () => {
    const box = drag.card.getBoundingClientRect();
    [drag.dx, drag.dy] = [drag.x - box.left, drag.y - box.top];
    drag.lift = drag.card.cloneNode(true);
    drag.lift.removeAttribute("id");
    drag.lift.removeAttribute("data-card");
    drag.lift.setAttribute("aria-hidden", "true");
    drag.lift.classList.add("lift");
    drag.lift.style.width = `${box.width}px`;
    drag.card.parentElement.closest(".shell").append(drag.lift);
    drag.card.setAttribute("data-hole", "");
    board.setAttribute("data-dragging", "");
    place(drag.x, drag.y);
  };
  const end = (dropped) => {
    clearTimeout(press);
    if (!drag) return;
    const { card, home, over, lift: lifted } = drag;
    drag.over?.removeAttribute("data-over");
    drag = null;
    if (!lifted) return;
    lifted.remove();
    card.removeAttribute("data-hole");
    board.removeAttribute("data-dragging");
    if (dropped && over && over !== home) drop(card.dataset.card, over.dataset.stage);
  };

  const down = (e) => {
    const card = e.target.closest?.("[data-card]");
    if (drag || e.button !== 0 || !e.isPrimary || !card || e.target.closest("button, a, summary")) return;
    drag = { card, home: card.closest("[data-stage]"), x: e.clientX, y: e.clientY, over: null, lift: null };
    if (e.pointerType !== "mouse") press = setTimeout(lift, 380);
  };
  const move = (e) => {
    if (!drag) return;
    const far = Math.hypot(e.clientX - drag.x, e.clientY - drag.y);
    if (!drag.lift) {
      if (e.pointerType !== "mouse") return far > 8 ? end(false) : undefined;
      if (far < 4) return undefined;
      lift();
    }
    place(e.clientX, e.clientY);
    mark(column(e.clientX, e.clientY));
    const box = board.getBoundingClientRect();
    if (e.clientX > box.right - 40) board.scrollBy(12, 0);
    if (e.clientX < box.left + 40) board.scrollBy(-12, 0);
    return undefined;
  };
  const up = () => end(true);
  const cancel = () => end(false);
  const key = (e) => e.key === "Escape" && drag?.lift && end(false);
  const still = (e) => drag?.lift && e.preventDefault();
  const quiet = (e) => drag && e.pointerType !== "mouse" && e.preventDefault();

  const taken = [
    [board, "pointerdown", down], [window, "pointermove", move], [window, "pointerup", up],
    [window, "pointercancel", cancel], [window, "keydown", key], [board, "touchmove", still, { passive: false }],
    [board, "contextmenu", quiet],
  ];
  for (const [on, type, call, options] of taken) on.addEventListener(type, call, options);
  return () => {
    end(false);
    for (const [on, type, call, options] of taken) on.removeEventListener(type, call, options);
  };
}
