// What a page does beyond what it does without this script: the summary of errors takes the focus, a form is sent once,
// and a part that names an address of ours asks there again until it is done.
"use strict";
(() => {
  const focus = document.querySelector("[data-focus]");
  if (focus) focus.focus();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });

  const live = async (part) => {
    try {
      const answer = await fetch(part.dataset.live, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
      if (!fresh) {
        location.reload();
        return;
      }
      if (fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
      if (fresh.dataset.done) {
        location.reload();
        return;
      }
    } catch {
      // the next look may succeed
    }
    setTimeout(() => live(part), 2000);
  };
  for (const part of document.querySelectorAll("[data-live]")) {
    if (part.dataset.live.startsWith("/") && !part.dataset.live.startsWith("//")) setTimeout(() => live(part), 2000);
  }
})();
