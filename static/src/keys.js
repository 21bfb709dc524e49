// Keys of whoever enters data: Enter moves to the next field, Ctrl+S saves. An input method that composes has every key.
const FIELDS = "input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea, button[type=submit]";

const isComposing = (event) => event.isComposing || event.keyCode === 229;

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "s") save(event);
  else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.altKey) move(event);
});

function save(event) {
  const inside = document.activeElement && document.activeElement.closest("form[data-draft]");
  const form = inside || document.querySelector("form[data-draft]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button[type=submit]:not([name])"); // Named ones do something else than save.
  if (button.disabled) return;
  // The field that is being typed into is told that it is done, as if the button had been clicked.
  if (document.activeElement) document.activeElement.blur();
  button.click();
}

function move(event) {
  const field = event.target;
  const form = field.form;
  if (!form || !form.hasAttribute("data-draft") || field.matches("textarea, button, a, [type=submit], [type=file]")) return;
  event.preventDefault(); // In a form with a button the browser would send it.
  const fields = Array.from(form.querySelectorAll(FIELDS)).filter(
    (each) =>
      each === field ||
      (!each.disabled && each.offsetParent !== null && !each.dataset.follows && (each.type !== "radio" || isEntry(each))),
  );
  const next = fields[fields.indexOf(field.type === "radio" ? entryOf(fields, field) : field) + (event.shiftKey ? -1 : 1)];
  if (!next) return;
  next.focus();
  if (next.matches("input") && next.select) next.select();
}

// Radio buttons of one name are one stop, as with the tabulator: the chosen one, or the first.
function isEntry(radio) {
  const group = Array.from(radio.form.elements).filter((each) => each.type === "radio" && each.name === radio.name);
  return (group.find((each) => each.checked) || group[0]) === radio;
}

function entryOf(fields, radio) {
  return fields.find((each) => each.type === "radio" && each.name === radio.name);
}

// `data-number`: what was typed in full width is put into half width when the field is left, as the server reads it.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches("form[data-draft] input[data-number]")) return;
  const plain = field.value
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[\u3000\u00a0]/g, " ")
    .trim();
  field.value = field.dataset.number === "id" ? plain.replace(/x$/, "X") : plain;
});

// A page that could not be saved begins with what is wrong.
const summary = document.querySelector("main [role=alert][tabindex]");
if (summary) summary.focus();
