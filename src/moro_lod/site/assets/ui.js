// What every page gains with script: buttons that copy, and suggestions under the search field once it is used.
const copying = document.querySelectorAll("button[data-copy]");
const told = document.createElement("p"); // read aloud
told.className = "sr-only";
told.setAttribute("role", "status");
if (copying.length) document.querySelector("main").append(told);
for (const button of copying) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy || button.parentElement.querySelector("pre").textContent);
      label.textContent = button.dataset.done;
    } catch {
      label.textContent = button.dataset.failed;
    }
    told.textContent = label.textContent;
    setTimeout(() => {
      label.textContent = before;
      told.textContent = "";
    }, 2500);
  });
}

for (const form of document.querySelectorAll("form[role=search][data-script]")) {
  const wake = () => import(new URL(form.dataset.script, document.baseURI).href).catch(() => {});
  const input = form.querySelector("input[type=search]");
  input?.addEventListener("focus", wake, { once: true });
  if (document.activeElement === input) wake();
}

// The other language shows the same: what is searched, chosen, asked goes along. The links are made anew when they are used.
for (const link of document.querySelectorAll(".languages a")) {
  const { href } = link;
  for (const use of ["click", "auxclick", "contextmenu"]) {
    link.addEventListener(use, () => {
      const address = new URL(href);
      address.search = location.search;
      address.hash = location.hash;
      link.href = address.href;
    });
  }
}

// The menu of narrow screens also closes on Escape, and when something else is used.
const menu = document.querySelector("[data-menu]");
if (menu) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  for (const use of ["click", "focusin"]) {
    document.addEventListener(use, ({ target }) => {
      if (!menu.contains(target)) menu.open = false;
    });
  }
}

// A list of terms beside a long page: closed where it would stand above it; a field narrows it down.
const side = document.querySelector("[data-side]");
if (side) {
  if (matchMedia("(max-width: 62rem)").matches) side.open = false;
  const field = side.querySelector("[data-side-filter]");
  field.hidden = false;
  field.querySelector("input").addEventListener("input", ({ target }) => {
    const text = target.value.trim().toLowerCase();
    for (const each of side.querySelectorAll("li")) each.hidden = !each.textContent.toLowerCase().includes(text);
  });
}
