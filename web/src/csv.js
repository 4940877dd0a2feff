// One rule for cells of CSV files; the publisher has the same (distributions/tables.py).

/** A text that no spreadsheet takes for a formula; negative numbers stay as they are where the cell is one for numbers. */
export function harmless(text, isNumber = false) {
  return !/^[=+\-@\t\r\n＝＋－＠]/.test(text) || (isNumber && /^-[0-9]+([.,][0-9]+)*$/.test(text)) ? text : `'${text}`;
}

/** Lines as CSV (RFC 4180), with the mark by which spreadsheets know UTF-8. A cell is a text, or [text, whether it is a number]. */
export function csv(lines) {
  const cell = (content) => {
    const safe = harmless(...[content].flat());
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `\uFEFF${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** Hand a text to the reader as a file. */
export function save(text, type, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
