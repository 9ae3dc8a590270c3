/** Whether a letter or digit of ASCII stands at a place of a text: what is found beside one is a part of a longer word. */
export function isWordUnit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
