// A form that is sent from here is still there, its photo too, when no server answers or somebody was signed out meanwhile.
(() => {
  "use strict";
  const say = (indonesian, english) => (document.documentElement.lang !== "en" ? indonesian : english);
  const PATIENCE = 60000;

  const renewed = async (form) => {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("form[data-stays] [name=csrfmiddlewaretoken]");
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
  };

  const post = (form) => fetch(location.href, {
    method: "POST", body: new FormData(form), headers: { "X-Screen": "1" }, credentials: "same-origin",
    signal: AbortSignal.timeout?.(PATIENCE),
  });

  for (const form of document.querySelectorAll("form[data-stays]")) {
    const line = document.createElement("p");
    line.className = "saved";
    line.setAttribute("role", "status");
    form.querySelector(".body").append(line);
    let sending = false, out = false;

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (sending) return;
      sending = true;
      const button = event.submitter, words = button?.textContent;
      if (button) button.textContent = say("Menyimpan…", "Saving…");
      const stay = (...parts) => {
        sending = false;
        if (button) button.textContent = words;
        line.replaceChildren(...parts);
        line.classList.add("away");
      };
      try {
        if (out) await renewed(form);
        let answer = await post(form);
        if (answer.status === 403) {
          await renewed(form);  // somebody signed in again in another tab: the form is older than that
          answer = await post(form);
        }
        if (answer.status >= 500) throw new Error(String(answer.status));
        if (answer.ok && (answer.headers.get("Content-Type") || "").includes("json")) {
          location.assign((await answer.json()).next);
          return;
        }
        out = answer.redirected && new URL(answer.url).pathname.startsWith("/masuk/");
        if (answer.redirected && !out) {
          location.assign(answer.url);  // what was sent before had arrived after all
          return;
        }
        if (out) {
          const link = document.createElement("a");
          link.href = answer.url;
          link.target = "_blank";
          link.textContent = say("Masuk di tab lain", "Sign in in another tab");
          stay(`${say("Anda sudah keluar. Isian tetap di layar ini.", "You were signed out. Your entries stay on this screen.")} `,
            link, say(", lalu tekan lagi.", ", then press again."));
          return;
        }
      } catch {
        stay(say("Server belum menjawab. Isian tetap di layar ini. Tekan lagi kalau sudah ada sinyal.",
          "The server does not answer. Your entries stay on this screen. Press again once there is a signal."));
        return;
      }
      form.submit();  // refused: the page that says why
    });
  }
})();
