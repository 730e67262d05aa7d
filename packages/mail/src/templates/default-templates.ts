import type { TemplateName, TemplateParts } from '../mail.schema.ts';
import { FRENCH_WORDINGS } from './french-wordings.ts';
import { JAPANESE_WORDINGS } from './japanese-wordings.ts';
import { SPANISH_WORDINGS } from './spanish-wordings.ts';
import type { Wording, Wordings } from './wording.ts';

const ENGLISH: Wordings = {
  'verify-email': {
    subject: 'Confirm your e-mail address for {{app}}',
    lines: ['Please confirm that {{email}} is your address.'],
    button: 'Confirm the address',
    end: 'The link works once, for {{minutes}} minutes. If you did not ask for it, ignore this mail.',
  },
  'reset-password': {
    subject: 'Set a new password for {{app}}',
    lines: ['Somebody, hopefully you, asked to set a new password for {{email}}.'],
    button: 'Set a new password',
    end: 'The link works once, for {{minutes}} minutes. If it was not you, ignore this mail: nothing changes.',
  },
  'factor-changed': {
    subject: 'Your sign-in to {{app}} was changed',
    lines: ['A second factor or a passkey of {{email}} was added or removed, or a recovery code was used.'],
    end: 'If it was not you, change your password at once and look at your second factors.',
  },
  'password-changed': {
    subject: 'Your password for {{app}} was changed',
    lines: ['The password of {{email}} was changed, and every other session has ended.'],
    end: 'If it was not you, ask for a new password at once.',
  },
  'email-changed': {
    subject: 'Your e-mail address for {{app}} was changed',
    lines: ['{{email}} is no longer the address of your account: another one was confirmed.'],
    end: 'If it was not you, tell those who run {{app}} at once.',
  },
  'magic-link': {
    subject: 'Sign in to {{app}}',
    lines: ['This link signs you in as {{email}}.'],
    button: 'Sign in',
    end: 'The link works once, for {{minutes}} minutes. If you did not ask for it, ignore this mail.',
  },
  'one-time-code': {
    subject: '{{code}} is your code for {{app}}',
    lines: ['Your code to sign in as {{email}}:'],
    code: true,
    end: 'It works once, for {{minutes}} minutes. Give it to nobody: whoever asks you for it is not us.',
  },
  'second-factor': {
    subject: '{{code}} completes your sign-in to {{app}}',
    lines: ['Somebody, hopefully you, has begun to sign in as {{email}}. This code completes it:'],
    code: true,
    end: 'It works once, for {{minutes}} minutes. If it was not you, change your password: somebody knows it.',
  },
  invitation: {
    subject: '{{inviter}} invites you to {{organization}}',
    lines: ['{{inviter}} invites {{email}} to {{organization}} on {{app}}.'],
    button: 'Accept the invitation',
    end: 'If you do not know who this is, ignore this mail.',
  },
  test: { subject: 'A test mail from {{app}}', lines: ['Mails to {{email}} arrive.'], end: 'Nothing else is to be done.' },
};

const GERMAN: Wordings = {
  'verify-email': {
    subject: 'Bestätigen Sie Ihre E-Mail-Adresse für {{app}}',
    lines: ['Bitte bestätigen Sie, dass {{email}} Ihre Adresse ist.'],
    button: 'Adresse bestätigen',
    end: 'Der Link gilt einmal und {{minutes}} Minuten lang. Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese E-Mail.',
  },
  'reset-password': {
    subject: 'Neues Passwort für {{app}}',
    lines: ['Jemand, hoffentlich Sie, möchte ein neues Passwort für {{email}} setzen.'],
    button: 'Neues Passwort setzen',
    end: 'Der Link gilt einmal und {{minutes}} Minuten lang. Wenn Sie das nicht waren, ignorieren Sie diese E-Mail: Es ändert sich nichts.',
  },
  'factor-changed': {
    subject: 'Ihre Anmeldung bei {{app}} wurde geändert',
    lines: [
      'Ein zweiter Faktor oder ein Passkey von {{email}} wurde hinzugefügt oder entfernt, oder ein Wiederherstellungscode wurde benutzt.',
    ],
    end: 'Wenn Sie das nicht waren, ändern Sie sofort Ihr Passwort und prüfen Sie Ihre zweiten Faktoren.',
  },
  'password-changed': {
    subject: 'Ihr Passwort für {{app}} wurde geändert',
    lines: ['Das Passwort von {{email}} wurde geändert, und alle anderen Sitzungen sind beendet.'],
    end: 'Wenn Sie das nicht waren, fordern Sie sofort ein neues Passwort an.',
  },
  'email-changed': {
    subject: 'Ihre E-Mail-Adresse für {{app}} wurde geändert',
    lines: ['{{email}} ist nicht mehr die Adresse Ihres Kontos: Eine andere wurde bestätigt.'],
    end: 'Wenn Sie das nicht waren, melden Sie sich sofort bei denen, die {{app}} betreiben.',
  },
  'magic-link': {
    subject: 'Anmelden bei {{app}}',
    lines: ['Mit diesem Link melden Sie sich als {{email}} an.'],
    button: 'Anmelden',
    end: 'Der Link gilt einmal und {{minutes}} Minuten lang. Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese E-Mail.',
  },
  'one-time-code': {
    subject: '{{code}} ist Ihr Code für {{app}}',
    lines: ['Ihr Code, um sich als {{email}} anzumelden:'],
    code: true,
    end: 'Er gilt einmal und {{minutes}} Minuten lang. Geben Sie ihn niemandem: Wer danach fragt, gehört nicht zu uns.',
  },
  'second-factor': {
    subject: '{{code}} schließt Ihre Anmeldung bei {{app}} ab',
    lines: ['Jemand, hoffentlich Sie, meldet sich gerade als {{email}} an. Dieser Code schließt die Anmeldung ab:'],
    code: true,
    end: 'Er gilt einmal und {{minutes}} Minuten lang. Wenn Sie das nicht waren, ändern Sie Ihr Passwort: Jemand kennt es.',
  },
  invitation: {
    subject: '{{inviter}} lädt Sie zu {{organization}} ein',
    lines: ['{{inviter}} lädt {{email}} zu {{organization}} auf {{app}} ein.'],
    button: 'Einladung annehmen',
    end: 'Wenn Ihnen das nichts sagt, ignorieren Sie diese E-Mail.',
  },
  test: { subject: 'Eine Test-E-Mail von {{app}}', lines: ['E-Mails an {{email}} kommen an.'], end: 'Sonst ist nichts zu tun.' },
};

function partsOf({ subject, lines, button, code, end }: Wording): TemplateParts {
  const paragraph = (text: string): string => `<p>${text}</p>`;
  const action = button === undefined ? (code === true ? ['{{code}}'] : []) : [`${button}:\n{{link}}`];
  const htmlAction =
    button === undefined
      ? code === true
        ? ['<p style="font-size:28px;letter-spacing:6px"><strong>{{code}}</strong></p>']
        : []
      : [`<p><a href="{{link}}">${button}</a></p>`];
  return {
    subject,
    text: [...lines, ...action, end].join('\n\n'),
    html: ['<div style="font-family:sans-serif">', ...lines.map(paragraph), ...htmlAction, paragraph(end), '</div>'].join('\n'),
  };
}

const WORDINGS: Readonly<Record<string, Wordings>> = {
  en: ENGLISH,
  de: GERMAN,
  es: SPANISH_WORDINGS,
  fr: FRENCH_WORDINGS,
  ja: JAPANESE_WORDINGS,
};

/** The locales that our own templates speak. */
export const DEFAULT_LOCALES = ['en', 'de', 'es', 'fr', 'ja'] as const;

/** Our own template; null in a locale that we do not speak. */
export function defaultTemplate(name: TemplateName, locale: string): TemplateParts | null {
  const wording = Object.hasOwn(WORDINGS, locale) ? WORDINGS[locale]?.[name] : undefined;
  return wording === undefined ? null : partsOf(wording);
}

/** The variables that a mail of this name fills. */
export function variablesFor(name: TemplateName): readonly string[] {
  switch (name) {
    case 'verify-email':
    case 'reset-password':
    case 'magic-link':
      return ['app', 'email', 'link', 'minutes'];
    case 'one-time-code':
    case 'second-factor':
      return ['app', 'email', 'code', 'minutes'];
    case 'invitation':
      return ['app', 'email', 'link', 'inviter', 'organization'];
    case 'password-changed':
    case 'factor-changed':
    case 'email-changed':
    case 'test':
      return ['app', 'email'];
  }
}
