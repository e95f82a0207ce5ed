// After signing out: what the phone still kept of whoever left goes (ADR 0031). What somebody else on this phone has not sent yet stays.
(() => {
  "use strict";
  try {
    const who = sessionStorage.getItem("keluar");
    sessionStorage.removeItem("keluar");
    for (const name of who ? Object.keys(localStorage) : []) {
      if (name.startsWith("isian:") && JSON.parse(localStorage.getItem(name)).who === who) localStorage.removeItem(name);
    }
  } catch { /* a browser that keeps nothing has nothing to clear */ }
})();
