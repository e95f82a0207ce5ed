// What of a visit's screen was not sent yet stays on the phone, encrypted with a key that only the page of whoever began the visit
// brings along (ADR 0031). One entry a screen; gone when it was sent, when its owner signs out, and after three days.
(() => {
  "use strict";
  const say = (indonesian, english) => (document.documentElement.lang !== "en" ? indonesian : english);
  const MARK = "isian:", DAYS = 3, LEFT_OUT = ["csrfmiddlewaretoken", "seen", "page"];
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
  // Without a safe connection, or where the browser keeps nothing, everything else works as before.
  const able = () => { try { return Boolean(crypto.subtle && localStorage); } catch { return false; } };
  if (!able()) return;

  const names = () => Object.keys(localStorage).filter((name) => name.startsWith(MARK));
  for (const name of names()) {
    const { at } = JSON.parse(localStorage.getItem(name));
    if (!(Date.now() - at < DAYS * 86400000)) localStorage.removeItem(name);
  }

  // On the pages of visits: where something waits, if it is one of the visits this page shows. Of one that was sent it goes.
  const place = document.querySelector("[data-unsent]");
  for (const name of place ? names() : []) {
    const path = name.slice(MARK.length), visit = `${path.split("/isi/")[0]}/`;
    const row = [...document.links].find((other) => other.pathname === visit);
    if (row && "sent" in row.dataset) localStorage.removeItem(name);
    if (!location.pathname.startsWith(visit) && (!row || "sent" in row.dataset)) continue;
    const note = document.createElement("div"), link = document.createElement("a");
    note.className = "note note-warn";
    note.textContent = `${say("Isian satu layar belum terkirim dari ponsel ini.",
      "Entries of one screen were not sent from this phone yet.")} `;
    link.href = path;
    link.textContent = say("Buka isian itu", "Open them");
    note.append(link);
    place.append(note);
  }

  const entries = (form, body = new FormData(form)) =>
    [...body].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  const said = (list) => JSON.stringify(list.filter(([name]) => !LEFT_OUT.includes(name)));

  // Put kept entries back where they were; what the page had seen comes along, so that a change meanwhile is noticed.
  const fill = (form, list) => {
    for (const field of form.elements) {
      if (!field.name || field.name === "csrfmiddlewaretoken" || field.tagName === "BUTTON") continue;
      const values = list.filter(([name]) => name === field.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
      if (field.type === "hidden" && values.length) {
        const buttons = form.querySelectorAll(`button[name="${field.name}"]`);
        for (const button of buttons) button.classList.toggle("chosen", button.value === values[0]);
      }
    }
    for (const part of form.querySelectorAll("details")) {
      part.open ||= [...part.querySelectorAll("input")].some((field) => field.value);
    }
  };

  globalThis.unsent = (form) => {
    const name = MARK + form.dataset.autosave;
    const key = crypto.subtle.importKey("raw", bytes(form.dataset.key), "AES-GCM", false, ["encrypt", "decrypt"]);
    const before = said(entries(form));
    const who = document.querySelector("form[data-leaves]")?.dataset.leaves;  // a mark, nobody's name: theirs go when they sign out
    let turn = 0;
    return {
      async keep() {
        const own = ++turn, iv = crypto.getRandomValues(new Uint8Array(12));
        const plain = new TextEncoder().encode(JSON.stringify(entries(form)));
        const data = text(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key, plain));
        if (own !== turn) return;
        try {
          localStorage.setItem(name, JSON.stringify({ at: Date.now(), who, iv: text(iv), data }));
        } catch {
          // A phone without room keeps nothing; the entries still stand on the screen.
        }
      },
      drop() { turn += 1; localStorage.removeItem(name); },
      // Fill the form with what was kept and differs from the page; tells whether it did.
      async restore() {
        const found = localStorage.getItem(name);
        if (!found) return false;
        try {
          const { iv, data } = JSON.parse(found);
          const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, await key, bytes(data));
          const list = JSON.parse(new TextDecoder().decode(plain));
          if (said(list) !== before) { fill(form, list); return true; }
        } catch { /* of another key: unreadable for ever */ }
        localStorage.removeItem(name);
        return false;
      },
    };
  };
})();
