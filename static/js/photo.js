// Shrinks a photo on the phone before it travels; without it the server does the same with the larger file.
(() => {
  "use strict";
  const id = document.documentElement.lang !== "en";
  for (const field of document.querySelectorAll("input[type=file][data-shrink]")) {
    field.addEventListener("change", async () => {
      const file = field.files[0];
      const note = document.getElementById("photo-note");
      if (!file || !file.type.startsWith("image/") || file.type.includes("svg")) return;
      try {
        const image = await createImageBitmap(file, { imageOrientation: "from-image" });
        const scale = Math.min(1, Number(field.dataset.shrink) / Math.max(image.width, image.height));
        const canvas = document.createElement("canvas");
        canvas.width = Math.max(1, Math.round(image.width * scale));
        canvas.height = Math.max(1, Math.round(image.height * scale));
        const pen = canvas.getContext("2d");
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        const small = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.8); });
        if (!small || small.size >= file.size) return;
        const held = new DataTransfer();
        held.items.add(new File([small], "foto.jpg", { type: "image/jpeg", lastModified: file.lastModified }));
        field.files = held.files;
        const kilobytes = (bytes) => Math.ceil(bytes / 1000);
        if (note) note.textContent = id
          ? `Foto diperkecil dari ${kilobytes(file.size)} menjadi ${kilobytes(small.size)} kB.`
          : `Photo made smaller, from ${kilobytes(file.size)} to ${kilobytes(small.size)} kB.`;
      } catch {
        // Not readable here: the server says why.
      }
    });
  }
})();
