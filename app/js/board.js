// DOM work of the board: dragging cards, animating them to their new position, and placing the card menu.
const prefersReducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const EASE = "cubic-bezier(0.2, 0.7, 0.2, 1)";

// Records the positions of the cards. The returned function, called after the change, animates each card from its recorded
// position to its new one (FLIP). With `highlight`, cards that are new or in another column are also colored for 2.4 seconds.
export function recordCardPositions(board, highlight) {
  const before = new Map();
  const columnOf = (card) => card.closest("[data-stage]")?.dataset.stage;
  for (const card of board.querySelectorAll("[data-card]")) {
    before.set(card.dataset.card, { box: card.getBoundingClientRect(), column: columnOf(card) });
  }
  return () => {
    for (const card of board.querySelectorAll("[data-card]")) {
      const from = before.get(card.dataset.card);
      if (highlight && from?.column !== columnOf(card)) {
        const color = { background: "var(--accent-soft)", borderColor: "var(--color-accent)" };
        card.animate([color, { ...color, offset: 0.6 }, {}], { duration: 2400 });
      }
      if (prefersReducedMotion() || !from?.box.width) continue;
      const to = card.getBoundingClientRect();
      const [x, y] = [from.box.left - to.left, from.box.top - to.top];
      if (!to.width || (Math.abs(x) < 1 && Math.abs(y) < 1)) continue;
      card.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: 240, easing: EASE });
    }
  };
}

// Focuses a card immediately, because the next key press may be for it. Scrolls the card and its column into view after the
// browser has laid out the page.
export function focusCard(card) {
  card.focus({ preventScroll: true });
  const behavior = prefersReducedMotion() ? "auto" : "smooth";
  requestAnimationFrame(() => card.scrollIntoView({ block: "nearest", inline: "nearest", behavior }));
}

// Shows the menu next to the anchor. Browsers without CSS anchor positioning need explicit coordinates.
export function openMenu(menu, anchor) {
  if (menu.matches(":popover-open")) menu.hidePopover();
  menu.showPopover({ source: anchor });
  if (!CSS.supports("position-area: block-end")) {
    const box = anchor.getBoundingClientRect();
    const [w, h] = [menu.offsetWidth, menu.offsetHeight];
    menu.style.inset = "auto";
    menu.style.margin = "0";
    menu.style.left = `${Math.max(8, Math.min(box.right - w, innerWidth - w - 8))}px`;
    menu.style.top = `${box.bottom + 4 + h > innerHeight ? Math.max(8, box.top - h - 4) : box.bottom + 4}px`;
  }
}

// The button that was pressed while its menu was open. The browser closes the menu before the click event, so the click handler can
// no longer see that it was open.
let pressedOpen = null;
addEventListener("pointerdown", (e) => (pressedOpen = e.target.closest?.('[aria-expanded="true"]')), true);

export function wasOpen(button) {
  const result = button === pressedOpen;
  pressedOpen = null;
  return result;
}

// How long a touch must last to start dragging, in milliseconds. A shorter touch scrolls.
const LONG_PRESS_TIMEOUT = 380;

// Makes cards draggable to another column: immediately with a mouse, after a long press with touch. Calls
// `onDrop(card, stage)`. The returned function removes all listeners.
export function enableDragging(board, onDrop) {
  let drag = null;
  let longPress = 0;

  const columnAt = (x, y) => document.elementsFromPoint(x, y).find((e) => e.matches?.("[data-stage]"));
  const highlight = (target) => {
    if (drag.over === target) return;
    drag.over?.removeAttribute("data-over");
    drag.over = target;
    if (target && target !== drag.source) target.setAttribute("data-over", "");
  };
  const movePreview = (x, y) => {
    drag.preview.style.transform = `translate(${x - drag.dx}px, ${y - drag.dy}px) rotate(${prefersReducedMotion() ? 0 : 1.4}deg)`;
  };
  // The board scrolls while a card is held at its edge.
  const scrollAtEdge = () => {
    if (!drag?.preview) return;
    const box = board.getBoundingClientRect();
    if (drag.at[0] > box.right - 40) board.scrollBy(10, 0);
    if (drag.at[0] < box.left + 40) board.scrollBy(-10, 0);
    highlight(columnAt(...drag.at));
    requestAnimationFrame(scrollAtEdge);
  };
  const start = () => {
    const box = drag.card.getBoundingClientRect();
    [drag.dx, drag.dy] = [drag.x - box.left, drag.y - box.top];
    drag.preview = drag.card.cloneNode(true);
    drag.preview.removeAttribute("id");
    drag.preview.removeAttribute("data-card");
    drag.preview.setAttribute("aria-hidden", "true");
    drag.preview.classList.add("drag-preview");
    drag.preview.style.width = `${box.width}px`;
    drag.card.parentElement.closest(".app-shell").append(drag.preview);
    drag.card.setAttribute("data-drag-source", "");
    board.setAttribute("data-dragging", "");
    drag.at = [drag.x, drag.y];
    movePreview(drag.x, drag.y);
    scrollAtEdge();
  };
  const end = (dropped) => {
    clearTimeout(longPress);
    if (!drag) return;
    const { card, source, over, preview, held } = drag;
    drag.over?.removeAttribute("data-over");
    drag = null;
    if (!preview) return;
    preview.remove();
    card.removeAttribute("data-drag-source");
    board.removeAttribute("data-dragging");
    if (dropped && over && over !== source) onDrop(card.dataset.card, over.dataset.stage);
    // A long touch without movement selects the card. The click that follows must not open a link of the card.
    if (dropped && held) {
      addEventListener("click", (e) => e.preventDefault(), { capture: true, once: true, signal: AbortSignal.timeout(300) });
      card.dispatchEvent(new CustomEvent("card-held", { bubbles: true }));
    }
  };

  const down = (e) => {
    const card = e.target.closest?.("[data-card]");
    if (drag || e.button !== 0 || !e.isPrimary || !card || e.target.closest("button, summary, input")) return;
    drag = { card, source: card.closest("[data-stage]"), x: e.clientX, y: e.clientY, over: null, preview: null };
    drag.held = e.pointerType !== "mouse";
    if (drag.held) longPress = setTimeout(start, LONG_PRESS_TIMEOUT);
  };
  const move = (e) => {
    if (!drag) return;
    const distance = Math.hypot(e.clientX - drag.x, e.clientY - drag.y);
    if (!drag.preview) {
      if (e.pointerType !== "mouse") return distance > 8 ? end(false) : undefined;
      if (distance < 4) return undefined;
      start();
    }
    if (distance > 8) drag.held = false;
    drag.at = [e.clientX, e.clientY];
    movePreview(...drag.at);
    highlight(columnAt(...drag.at));
    return undefined;
  };
  const up = () => end(true);
  const cancel = () => end(false);
  const key = (e) => e.key === "Escape" && drag?.preview && end(false);
  const preventScroll = (e) => drag?.preview && e.preventDefault();
  const preventContextMenu = (e) => drag && e.pointerType !== "mouse" && e.preventDefault();

  const listeners = [
    [board, "pointerdown", down], [window, "pointermove", move], [window, "pointerup", up],
    [window, "pointercancel", cancel], [window, "keydown", key], [board, "touchmove", preventScroll, { passive: false }],
    [board, "contextmenu", preventContextMenu],
  ];
  for (const [target, type, listener, options] of listeners) target.addEventListener(type, listener, options);
  return () => {
    end(false);
    for (const [target, type, listener, options] of listeners) target.removeEventListener(type, listener, options);
  };
}

// Enter on a card opens its page. Enter on a link or a button inside the card keeps its default action.
addEventListener("keydown", (e) => {
  if (e.key === "Enter" && e.target.matches?.("[data-card]")) e.target.querySelector("a").click();
});

// Loads more cards shortly before the user reaches the end of a column.
addEventListener("scroll", ({ target: list }) => {
  if (!list.classList?.contains("column-body") || !("ready" in document.documentElement.dataset)) return;
  if (list.scrollHeight - list.scrollTop - list.clientHeight < 1200) list.querySelector("[data-more]")?.click();
}, { capture: true, passive: true });

// The number of changes that are not saved yet, and the link that the user has clicked in the meantime.
let unsaved = 0;
let destination = null;

const setDestination = (link) => {
  destination?.removeAttribute("aria-busy");
  destination = link;
  link?.setAttribute("aria-busy", "true");
};

const holdLink = (e) => {
  const link = e.target.closest?.("a[href]");
  if (!link || e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || link.target || link.hash) return;
  e.preventDefault();
  setDestination(link);
};
const confirmLeaving = (e) => e.preventDefault();

// Delays links until all changes are saved, so that the next page shows the changes and can undo the last one. A single request
// continues after the page is closed (`keepalive`). With more unsaved changes, the browser asks before it closes or reloads the page.
export function setUnsaved(count) {
  if (!unsaved && count) addEventListener("click", holdLink);
  if (!count) removeEventListener("click", holdLink);
  (count > 1 ? addEventListener : removeEventListener)("beforeunload", confirmLeaving);
  unsaved = count;
  if (!count && destination) location.assign(destination.href);
}

// Stays on the page after a change has failed, because this page shows the error.
export function cancelLeaving() {
  setDestination(null);
}
// A page that is restored from the back/forward cache has already followed its link.
addEventListener("pageshow", (e) => e.persisted && cancelLeaving());
addEventListener("keydown", (e) => e.key === "Escape" && cancelLeaving());
