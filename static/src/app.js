// All script of the pages. Everything works without it: it only spares waits and second thoughts.
import "htmx.org";
import "./codes.js";
import "./drafts.js";
import "./grid.js";
import "./income.js";
import "./keys.js";
import "./numbers.js";

// A form is sent once. The button is disabled after the browser has read its name and value; `data-repeat`
// marks a form whose answer is a download, after which the page stays.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-repeat")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => {
    if (!event.defaultPrevented) setButtons(form, true);
  });
});

// The back button brings the page as it was left: sent forms must work again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    setButtons(form, false);
  }
});

function setButtons(form, disabled) {
  for (const button of form.querySelectorAll("[type=submit]")) button.disabled = disabled;
}

// A drop-down (`<details class="drop">`) closes on Escape and when the focus or a click goes elsewhere.
function closeDrops(except) {
  for (const drop of document.querySelectorAll("details.drop[open]")) {
    if (!drop.contains(except)) drop.open = false;
  }
}
document.addEventListener("click", (event) => closeDrops(event.target));
document.addEventListener("focusin", (event) => closeDrops(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const drop = document.activeElement.closest("details.drop[open]");
  if (drop) drop.querySelector("summary").focus();
  closeDrops(null);
});

// `data-max-bytes` around a file field: the size is told before minutes are spent on a slow line.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type !== "file") return;
  const holder = input.closest("[data-max-bytes]");
  const hint = input.parentElement.querySelector("[data-file-hint]");
  if (!holder || !hint) return;
  const limit = Number(holder.dataset.maxBytes);
  const size = Array.from(input.files).reduce((sum, file) => sum + file.size, 0);
  const tooLarge = size > limit ? `文件 ${inWords(size)}，超过上限 ${inWords(limit)}，请删去图片或分次上传。` : "";
  input.setCustomValidity(tooLarge);
  hint.textContent = tooLarge || (size ? `已选文件 ${inWords(size)}` : "");
});

function inWords(bytes) {
  return bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

// `data-print` on a button that only script can serve: hidden until there is some.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// `data-insert="field"` around texts to copy: with script each becomes a button that puts its text at the cursor.
for (const holder of document.querySelectorAll("[data-insert]")) {
  const field = document.getElementById(holder.dataset.insert);
  for (const code of holder.querySelectorAll("code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "slot";
    button.title = "插入到光标处";
    button.textContent = code.textContent;
    button.addEventListener("click", () => {
      field.focus();
      // As if typed, so that it can be undone; where the browser has forgotten how, it is set.
      if (!document.execCommand("insertText", false, button.textContent)) {
        field.setRangeText(button.textContent, field.selectionStart, field.selectionEnd, "end");
      }
    });
    code.replaceWith(button);
  }
}

// `data-line` on a text field: the line that is wrong is marked, and brought into view inside the field.
for (const field of document.querySelectorAll("textarea[data-line]")) {
  const lines = field.value.split("\n");
  const before = lines.slice(0, field.dataset.line - 1);
  const start = before.reduce((sum, line) => sum + line.length + 1, 0);
  field.focus({ preventScroll: true });
  field.setSelectionRange(start, start + (lines[before.length] || "").length);
  // A browser scrolls to what is typed, not to what is selected: about there is near enough.
  field.scrollTop = (start / field.value.length) * field.scrollHeight - field.clientHeight / 2;
}

// `data-unsaved`: whoever leaves a text that was changed (here, or "yes": before it was shown) is asked first.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  const isChanged = (field) => field.value !== field.defaultValue;
  window.addEventListener("beforeunload", (event) => {
    if (form.dataset.sent) return;
    if (form.dataset.unsaved || Array.from(form.querySelectorAll("textarea")).some(isChanged)) event.preventDefault();
  });
}
