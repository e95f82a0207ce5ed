// While a member is typed: ask who may be meant. What was typed goes by POST, so that it stands in no address.
(() => {
  "use strict";
  const place = document.querySelector("[data-alike]");
  if (!place) return;
  const form = place.closest("form");
  let timer, asked = 0;
  const ask = async () => {
    const own = ++asked;
    try {
      const answer = await fetch(place.dataset.alike, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      const text = answer.ok ? await answer.text() : "";
      if (own === asked && answer.ok) place.innerHTML = text;
    } catch {
      // Offline: the server asks when the screen is sent.
    }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 700); });
})();
