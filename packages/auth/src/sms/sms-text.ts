const TEXTS: Readonly<Record<string, string>> = {
  en: '{{code}} is your code for {{app}}. It is good for {{minutes}} minutes. Give it to nobody.',
  de: '{{code}} ist dein Code für {{app}}. Er gilt {{minutes}} Minuten. Gib ihn niemandem.',
  fr: '{{code}} est votre code pour {{app}}. Il est valable {{minutes}} minutes. Ne le donnez à personne.',
  es: '{{code}} es tu código para {{app}}. Vale durante {{minutes}} minutos. No se lo des a nadie.',
  ja: '{{app}}のコードは{{code}}です。有効期間は{{minutes}}分です。誰にも教えないでください。',
};

/** What a message with a code says, in the nearest language that we speak, or in the project's own words. */
export function smsText(own: string | null, locale: string, values: { code: string; minutes: string; app: string }): string {
  const text = own ?? TEXTS[locale.slice(0, 2).toLowerCase()] ?? TEXTS['en'] ?? '';
  return text.replace(/\{\{(code|minutes|app)\}\}/g, (_whole, name: keyof typeof values) => values[name]);
}
