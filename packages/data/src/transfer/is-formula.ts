const START = /^[=+\-@\t\r]/;

/** Whether a spreadsheet would run the text instead of showing it. Numbers are none, whatever they start with. */
export function isFormula(text: string): boolean {
  return START.test(text) && !Number.isFinite(Number(text));
}
