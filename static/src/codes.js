// A drop-down with `data-codes` is chosen from by typing a code (01), the first sounds (ybpkh) or the sounds in full of
// an option, whose `data-keys` the server has written. What was typed is forgotten after a pause or with Backspace.
const PAUSE = 1500;
let select = null;
let typed = "";
let timer = 0;

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches || !field.matches("select[data-codes]")) return;
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (field !== select) forget();
  select = field;
  if (event.key === "Backspace" || event.key === "Escape") {
    forget();
    return;
  }
  const key = halfWidth(event.key);
  if (!/^[0-9a-z]$/.test(key)) return;
  event.preventDefault(); // The browser's own search knows the label alone.
  // A letter that continues nothing begins anew.
  const found = find(field, typed + key) || find(field, key);
  typed = find(field, typed + key) ? typed + key : key;
  clearTimeout(timer);
  timer = setTimeout(forget, PAUSE);
  if (!found || found.value === field.value) return;
  field.value = found.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

function forget() {
  typed = "";
}

function halfWidth(key) {
  return key.length === 1 && key >= "\uff01" && key <= "\uff5e"
    ? String.fromCharCode(key.charCodeAt(0) - 0xfee0).toLowerCase()
    : key.toLowerCase();
}

function find(field, text) {
  const options = Array.from(field.options).filter((option) => option.dataset.keys && !option.disabled);
  const keys = (option) => option.dataset.keys.split(" ");
  return options.find((option) => keys(option).includes(text)) || options.find((option) => keys(option).some((key) => key.startsWith(text)));
}
