// Small comforts; every page works without them.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const id = root.lang !== "en";
  const say = (indonesian, english) => (id ? indonesian : english);

  // Digits typed so far, for NIK and KK numbers.
  for (const field of document.querySelectorAll("input[data-digits]")) {
    const wanted = Number(field.dataset.digits);
    const note = document.createElement("div");
    note.className = "count";
    note.setAttribute("aria-live", "polite");
    field.after(note);
    const show = () => {
      const typed = field.value.replace(/\D/g, "").length;
      note.textContent = typed ? `${typed} ${say("dari", "of")} ${wanted}` : "";
    };
    field.addEventListener("input", show);
    show();
  }

  // Entries of a visit's screen that the phone keeps (unsent.js), of whoever is signed in here; others' stay where they are.
  const own = document.querySelector("form[data-leaves]")?.dataset.leaves;
  const waiting = () => {
    try {
      return Object.keys(localStorage).some((name) =>
        name.startsWith("isian:") && JSON.parse(localStorage.getItem(name)).who === own);
    } catch { return false; }
  };
  const leaving = (who) => {
    try { if (who) sessionStorage.setItem("keluar", who); else sessionStorage.removeItem("keluar"); } catch { /* keeps nothing */ }
  };
  leaving("");  // still signed in: a sign-out that was begun did not arrive

  // All boxes of a list at once, or none of them.
  for (const button of document.querySelectorAll("button[data-tick]"))
    button.addEventListener("click", () => {
      for (const box of button.form.querySelectorAll("input[type=checkbox][name=rows]")) box.checked = button.dataset.tick !== "no";
    });

  // A form is sent once; the button says so. Coming back by the Back button frees it again.
  const busy = new Map();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-leaves]") && waiting() && !confirm(say(
      "Ada isian kunjungan yang belum terkirim dari ponsel ini. Kalau keluar, isian itu hilang. Tetap keluar?",
      "Entries of a visit were not sent from this phone yet. They are lost when you sign out. Sign out all the same?"))) {
      event.preventDefault();
      return;
    }
    if (form.matches("[data-leaves]")) leaving(own);
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method !== "post") return;
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button && !button.name) {
      busy.set(button, button.textContent);
      setTimeout(() => { button.disabled = true; button.textContent = say("Menyimpan…", "Saving…"); }, 0);
    }
  });
  addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
    for (const [button, text] of busy) { button.disabled = false; button.textContent = text; }
    busy.clear();
  });

  // Menus and tabs that scroll sideways on a phone begin where one is.
  for (const here of document.querySelectorAll(".menu [aria-current], .tabs [aria-current]")) {
    const strip = here.closest("ul, .tabs");
    strip.scrollLeft = here.offsetLeft - strip.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
  }

  const errors = document.querySelector(".errors");
  if (errors) errors.focus();

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });
  document.addEventListener("change", (event) => {
    if (event.target.closest("form[data-autosubmit]")) event.target.form.requestSubmit();
  });

  // Lists by keyboard: j and k move, / searches. Letters do nothing while typing.
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...document.querySelectorAll("[data-list] td:first-child a, [data-list] .row-link")];
    const here = links.indexOf(document.activeElement);
    const go = { j: here + 1, k: here - 1 }[event.key];
    if (go !== undefined && links[go]) { links[go].focus(); event.preventDefault(); }
    const search = document.querySelector("input[type=search]");
    if (event.key === "/" && search) { search.focus(); event.preventDefault(); }
  });
})();
