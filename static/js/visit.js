// The screens of a home visit: saved while one types, sent without losing anything when the server is away.
(() => {
  "use strict";
  const say = (indonesian, english) => (document.documentElement.lang !== "en" ? indonesian : english);
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const line = form.querySelector(".saved");
  const phone = globalThis.unsent?.(form);  // keeps on the phone what was not sent yet
  const time = () => new Date().toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });
  const tell = (text) => { line.textContent = text; line.classList.remove("away"); };

  // The server does not answer: said at the foot of what one sees, tried again by itself, and nobody leaves without being asked.
  const PATIENCE = 30000, AGAIN = 15000, SLOW = 1500;
  let lost = false, again, underway = 0;
  const send = async (address, body, sign, more) => {
    const slow = setTimeout(() => phone?.keep(), SLOW);
    underway += 1;
    try {
      return await fetch(address, {
        method: "POST", body, headers: { [sign]: "1" }, credentials: "same-origin", signal: AbortSignal.timeout?.(PATIENCE),
        ...more,
      });
    } finally {
      clearTimeout(slow);
      underway -= 1;
    }
  };
  const away = () => {
    changed = lost = true;
    phone?.keep();
    line.textContent = say("Server belum menjawab. Isian tetap di layar ini dan dikirim sendiri begitu ada sinyal.",
      "The server does not answer. Your entries stay on this screen and are sent by themselves once there is a signal.");
    line.classList.add("away");
    clearTimeout(again);
    again = setTimeout(save, AGAIN);
  };
  addEventListener("online", () => { if (lost) save(); });
  addEventListener("beforeunload", (event) => { if (lost && changed) event.preventDefault(); });

  // Autosave: what is on the screen goes to the server a second after the last change, and when the page is left.
  let timer, changed = false, stopped = false;
  async function save(leaving) {
    clearTimeout(timer);
    if (!changed || stopped) return;
    changed = false;
    try {
      const answer = await send(form.dataset.autosave, new FormData(form), "X-Autosave", { keepalive: leaving === true });
      if (answer.ok) {
        if (!changed) phone?.drop();
        form.elements.seen.value = (await answer.json()).seen;
        tell(lost ? say("Sinyal kembali. Sekarang tersimpan; tekan Simpan dan lanjut.", "The signal is back. Saved now; press Save and continue.")
          : `${say("Tersimpan", "Saved")} ${time()}`);
        lost = false;
      } else if (answer.status === 409) {
        stopped = true;
        tell(say("Layar ini juga diisi di tempat lain. Tekan Simpan untuk melihat keduanya.",
          "This screen was also filled in elsewhere. Press Save to see both."));
      } else if (answer.status === 401) {
        tell(say("Anda sudah keluar. Tekan Simpan, lalu masuk lagi; isian tidak hilang.",
          "You were signed out. Press Save, then sign in again; nothing is lost."));
      } else if (answer.status >= 500) {
        away();
      } else {
        changed = true;
        tell(say("Belum tersimpan. Tekan Simpan.", "Not saved yet. Press Save."));
      }
    } catch {
      away();
    }
  }
  form.addEventListener("input", () => {
    changed = true;
    if (lost || underway || navigator.onLine === false) phone?.keep();
    clearTimeout(timer);
    timer = setTimeout(save, 1000);
  });
  // Whoever leaves by a link has it sent at once; a page that goes to the background may be thrown away there.
  let left = false;
  addEventListener("pagehide", () => { left = true; save(true); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && !left && (changed || underway)) phone?.keep(); });

  // The answer of a button that could not be sent stands like any other.
  const keep = (button) => {
    if (!button || !button.classList.contains("answer")) return;
    form.querySelector(`input[type=hidden][name="${button.name}"]`).value = button.value;
    for (const other of form.querySelectorAll(`button[name="${button.name}"]`)) other.classList.toggle("chosen", other === button);
  };

  // Sent from here, a screen is still there when the server does not answer; otherwise the browser sends it as always.
  let sending = false;
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (button && (button.hasAttribute("formaction") || button.name === "copy")) return;
    event.preventDefault();
    event.stopPropagation();
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    clearTimeout(again);
    const body = new FormData(form, button && button.name ? button : undefined);
    const words = button ? button.textContent : "";
    if (button) button.textContent = say("Menyimpan…", "Saving…");
    const missed = () => { sending = false; if (button) button.textContent = words; keep(button); away(); };
    try {
      const answer = await send(location.href, body, "X-Screen");
      if (answer.status >= 500) return missed();
      changed = false;
      if (!answer.redirected) phone?.drop();  // led to signing in, it waits on
      if (answer.ok && (answer.headers.get("Content-Type") || "").includes("json")) {
        location.assign((await answer.json()).next);
        return;
      }
    } catch {
      return missed();
    }
    for (const [name, value] of body) {
      if (button && name === button.name && value === button.value) {
        const twin = document.createElement("input");
        twin.type = "hidden"; twin.name = name; twin.value = value;
        form.append(twin);
      }
    }
    form.submit();
  });
  addEventListener("pageshow", (event) => { left = false; if (event.persisted) location.reload(); });

  // A question that the answer above it does not call for is hidden; the server leaves its answer out again.
  const rules = [...form.querySelectorAll("[data-shown-if]")];
  const apply = () => {
    for (const part of rules) {
      const [name, codes] = part.dataset.shownIf.split(":");
      const chosen = form.querySelector(`[name="${name}"]:checked`);
      part.hidden = !(chosen && codes.split(",").includes(chosen.value));
    }
  };
  form.addEventListener("change", apply);
  apply();

  // The phone threw the page away before everything was sent: it is put back, and sent like anything typed.
  phone?.restore().then((found) => {
    if (!found) return;
    const note = document.createElement("div");
    note.className = "note note-good";
    note.setAttribute("role", "status");
    note.textContent = say("Isian yang belum sempat terkirim dipasang kembali dari ponsel ini. Periksa, lalu tekan Simpan.",
      "Entries that were not sent yet were put back from this phone. Check them, then press Save.");
    form.before(note);
    apply();
    form.dispatchEvent(new Event("input"));
  });

  // A NIK tells birth date and sex: filled in while they are empty, to be compared with the card.
  const nik = form.querySelector("[name=nik]"), born = form.querySelector("[name=birth_date]");
  if (nik && born) nik.addEventListener("input", () => {
    const digits = nik.value.replace(/\D/g, "");
    if (digits.length !== 16 || born.value) return;
    const day = Number(digits.slice(6, 8)), woman = day > 40;
    const short = Number(digits.slice(10, 12)), now = new Date();
    const year = 2000 + short > now.getFullYear() ? 1900 + short : 2000 + short;
    const date = new Date(year, Number(digits.slice(8, 10)) - 1, woman ? day - 40 : day);
    if (Number.isNaN(date.getTime()) || date > now || date.getMonth() + 1 !== Number(digits.slice(8, 10))) return;
    born.value = date.toLocaleDateString("en-GB");
    const sex = form.querySelector("[name=sex]:checked");
    if (!sex) form.querySelector(`[name=sex][value="${woman ? 2 : 1}"]`).checked = true;
    tell(say("Tanggal lahir dan jenis kelamin diambil dari NIK. Cocokkan dengan kartunya.",
      "Birth date and sex come from the NIK. Compare them with the card."));
  });
})();
