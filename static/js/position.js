// The phone's position, only when asked for. Fills latitude, longitude and accuracy of the form; without it they are typed.
(() => {
  "use strict";
  const say = (indonesian, english) => (document.documentElement.lang !== "en" ? indonesian : english);
  const why = (fault) => {
    if (!fault) return say("Ponsel ini tidak memberi posisi. Isi dengan tangan atau lewati.", "This phone gives no position. Type it or skip.");
    if (fault.code === fault.PERMISSION_DENIED) {
      return say("Izin lokasi ditolak. Izinkan lokasi untuk situs ini, atau isi dengan tangan.",
        "Location was refused. Allow location for this site, or type it.");
    }
    if (fault.code === fault.TIMEOUT) {
      return say("Posisi terlalu lama didapat. Coba di luar rumah, atau isi dengan tangan.",
        "The position took too long. Try outside the house, or type it.");
    }
    return say("Posisi tidak didapat. Isi dengan tangan atau lewati.", "No position. Type it or skip.");
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locate]");
    if (!button) return;
    const note = document.getElementById(button.dataset.locate);
    const field_of = (name) => button.form.querySelector(`[name$="${name}"]`);
    const fail = (fault) => {
      note.textContent = why(fault);
      const folded = field_of("latitude").closest("details");
      if (folded) folded.open = true;
    };
    const put = (name, value) => {
      const field = field_of(name);
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    if (!navigator.geolocation) { fail(); return; }
    note.textContent = say("Mencari posisi…", "Looking for the position…");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        put("latitude", coords.latitude.toFixed(6));
        put("longitude", coords.longitude.toFixed(6));
        const metres = Math.round(coords.accuracy);
        put("accuracy", metres);
        note.textContent = metres <= 20 ? say(`Tepat ±${metres} m`, `Good, ±${metres} m`)
          : say(`Kurang tepat ±${metres} m. Coba di luar rumah.`, `Rough, ±${metres} m. Try outside the house.`);
      },
      fail,
      { enableHighAccuracy: true, timeout: 30000 },
    );
  });
})();
