// The screens of a home visit: saved while one types, sent without losing anything when the server is away.
(() => {
  "use strict";
  const say = (indonesian, english) => (document.documentElement.lang !== "en" ? indonesian : english);
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const line = form.querySelector(".saved");
  const time = () => new Date().toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });
  const tell = (text) => { line.textContent = text; };
  const away = () => tell(say("Server belum terjawab. Isian tetap di layar ini; tekan Simpan lagi nanti.",
    "The server does not answer. Your entries stay on this screen; press Save again later."));

  // Autosave: what is on the screen goes to the server a second after the last change, and when the page is left.
  let timer, changed = false, stopped = false;
  const save = async (leaving) => {
    clearTimeout(timer);
    if (!changed || stopped) return;
    changed = false;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" }, credentials: "same-origin", keepalive: Boolean(leaving),
      });
      if (answer.ok) {
        form.elements.seen.value = (await answer.json()).seen;
        tell(`${say("Tersimpan", "Saved")} ${time()}`);
      } else if (answer.status === 409) {
        stopped = true;
        tell(say("Layar ini juga diisi di tempat lain. Tekan Simpan untuk melihat keduanya.",
          "This screen was also filled in elsewhere. Press Save to see both."));
      } else if (answer.status === 401) {
        tell(say("Anda sudah keluar. Tekan Simpan, lalu masuk lagi; isian tidak hilang.",
          "You were signed out. Press Save, then sign in again; nothing is lost."));
      } else {
        changed = true;
        tell(say("Belum tersimpan. Tekan Simpan.", "Not saved yet. Press Save."));
      }
    } catch {
      changed = true;
      away();
    }
  };
  form.addEventListener("input", () => { changed = true; clearTimeout(timer); timer = setTimeout(save, 1000); });
  addEventListener("pagehide", () => save(true));

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
    const body = new FormData(form, button && button.name ? button : undefined);
    const words = button ? button.textContent : "";
    if (button) button.textContent = say("Menyimpan…", "Saving…");
    const free = () => { sending = false; if (button) button.textContent = words; };
    try {
      const answer = await fetch(location.href, { method: "POST", body, headers: { "X-Screen": "1" }, credentials: "same-origin" });
      changed = false;
      if (answer.ok && (answer.headers.get("Content-Type") || "").includes("json")) {
        location.assign((await answer.json()).next);
        return;
      }
    } catch {
      free();
      away();
      return;
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
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

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

  // The phone's position, only when asked for.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locate]");
    if (!button) return;
    const note = document.getElementById(button.dataset.locate);
    const put = (name, value) => { form.querySelector(`[name$="${name}"]`).value = value; };
    note.textContent = say("Mencari posisi…", "Looking for the position…");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        put("latitude", coords.latitude.toFixed(6));
        put("longitude", coords.longitude.toFixed(6));
        const metres = Math.round(coords.accuracy);
        put("accuracy", metres);
        form.dispatchEvent(new Event("input"));
        note.textContent = metres <= 20 ? say(`Tepat ±${metres} m`, `Good, ±${metres} m`)
          : say(`Kurang tepat ±${metres} m. Coba di luar rumah.`, `Rough, ±${metres} m. Try outside the house.`);
      },
      () => { note.textContent = say("Posisi tidak didapat. Isi dengan tangan atau lewati.", "No position. Type it or skip."); },
      { enableHighAccuracy: true, timeout: 30000 },
    );
  });
})();
