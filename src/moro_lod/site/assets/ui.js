// What every page gains with script: buttons that copy, and suggestions under the search field once it is used.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = button.dataset.done;
    } catch {
      label.textContent = button.dataset.failed;
    }
    setTimeout(() => {
      label.textContent = before;
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
