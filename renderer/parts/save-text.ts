/** Hands a text to the browser (or the desktop window) as a file to be saved; it asks where, or knows already. */
export function saveText(fileName: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken the bytes over by the next turn; Safari wants them a little longer.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
