/** A number's text with the sign that is as wide as a digit. Only for what is read: not to be copied or parsed. */
export function typographic(text: string): string {
  return text.replaceAll('-', '−');
}
