// `data-grid`: the button adds a row at once, from the pattern in the page; its number is that of the rows so far.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-grid] [data-more]");
  if (!button) return;
  const grid = button.closest("[data-grid]");
  const count = grid.querySelector("input[name$=-TOTAL_FORMS]");
  const most = Number(grid.querySelector("input[name$=-MAX_NUM_FORMS]").value);
  const number = Number(count.value);
  if (number >= most) return;
  event.preventDefault();
  const holder = document.createElement("tbody");
  holder.innerHTML = grid.querySelector("template").innerHTML.replace(/__prefix__/g, number);
  const row = holder.querySelector("tr");
  row.querySelector("th").prepend(String(number + 1));
  grid.querySelector("tbody").append(row);
  count.value = String(number + 1);
  row.querySelector("input, select").focus();
});
