// A button in the page's own language opens the file chooser and says what was chosen; without this the browser's own stays.
(() => {
  "use strict";
  const id = document.documentElement.lang !== "en";
  const say = (indonesian, english) => (id ? indonesian : english);
  for (const field of document.querySelectorAll("input[type=file]")) {
    const photo = /image/.test(field.accept) && !/pdf/.test(field.accept);
    const button = document.createElement("button");
    const note = document.createElement("span");
    button.type = "button";
    button.className = "btn btn-quiet button choose-file";
    button.textContent = photo ? say("Pilih atau ambil foto", "Choose or take a photo") : say("Pilih berkas", "Choose a file");
    note.className = "chosen-file";
    note.id = `${field.id || field.name}_chosen`;
    note.setAttribute("role", "status");
    button.setAttribute("aria-describedby", [note.id, field.getAttribute("aria-describedby")].filter(Boolean).join(" "));
    const show = () => {
      const names = [...field.files].map((file) => file.name).join(", ");
      note.textContent = names ? say(`Dipilih: ${names}`, `Chosen: ${names}`) : say("Belum ada berkas dipilih", "No file chosen yet");
    };
    // The field stays in the form and reachable for what leads to it (its label, a list of errors); the button takes the keyboard.
    field.classList.add("file-behind");
    field.tabIndex = -1;
    field.addEventListener("focus", () => button.focus());
    field.addEventListener("change", show);
    button.addEventListener("click", () => field.click());
    field.after(button, note);
    show();
  }
})();
