import type { Wordings } from './wording.ts';

export const FRENCH_WORDINGS: Wordings = {
  'verify-email': {
    subject: 'Confirmez votre adresse e-mail pour {{app}}',
    lines: ['Veuillez confirmer que {{email}} est votre adresse.'],
    button: 'Confirmer l’adresse',
    end: 'Le lien sert une fois, pendant {{minutes}} minutes. Si vous ne l’avez pas demandé, ignorez cet e-mail.',
  },
  'reset-password': {
    subject: 'Nouveau mot de passe pour {{app}}',
    lines: ['Quelqu’un, vous sans doute, veut choisir un nouveau mot de passe pour {{email}}.'],
    button: 'Choisir un nouveau mot de passe',
    end: 'Le lien sert une fois, pendant {{minutes}} minutes. Si ce n’était pas vous, ignorez cet e-mail : rien ne change.',
  },
  'factor-changed': {
    subject: 'Votre connexion à {{app}} a changé',
    lines: ['Un second facteur ou une clé d’accès de {{email}} a été ajouté ou retiré, ou un code de secours a servi.'],
    end: 'Si ce n’était pas vous, changez tout de suite votre mot de passe et vérifiez vos seconds facteurs.',
  },
  'password-changed': {
    subject: 'Votre mot de passe pour {{app}} a changé',
    lines: ['Le mot de passe de {{email}} a changé, et toutes les autres sessions sont terminées.'],
    end: 'Si ce n’était pas vous, demandez tout de suite un nouveau mot de passe.',
  },
  'email-changed': {
    subject: 'Votre adresse e-mail pour {{app}} a changé',
    lines: ['{{email}} n’est plus l’adresse de votre compte : une autre a été confirmée.'],
    end: 'Si ce n’était pas vous, prévenez tout de suite les responsables de {{app}}.',
  },
  'magic-link': {
    subject: 'Se connecter à {{app}}',
    lines: ['Ce lien vous connecte en tant que {{email}}.'],
    button: 'Se connecter',
    end: 'Le lien sert une fois, pendant {{minutes}} minutes. Si vous ne l’avez pas demandé, ignorez cet e-mail.',
  },
  'one-time-code': {
    subject: '{{code}} est votre code pour {{app}}',
    lines: ['Votre code pour vous connecter en tant que {{email}} :'],
    code: true,
    end: 'Il sert une fois, pendant {{minutes}} minutes. Ne le donnez à personne : qui vous le demande n’est pas nous.',
  },
  'second-factor': {
    subject: '{{code}} termine votre connexion à {{app}}',
    lines: ['Quelqu’un, vous sans doute, se connecte en tant que {{email}}. Ce code termine la connexion :'],
    code: true,
    end: 'Il sert une fois, pendant {{minutes}} minutes. Si ce n’était pas vous, changez votre mot de passe : quelqu’un le connaît.',
  },
  invitation: {
    subject: '{{inviter}} vous invite à rejoindre {{organization}}',
    lines: ['{{inviter}} invite {{email}} à rejoindre {{organization}} sur {{app}}.'],
    button: 'Accepter l’invitation',
    end: 'Si vous ne savez pas de qui il s’agit, ignorez cet e-mail.',
  },
  test: { subject: 'Un e-mail d’essai de {{app}}', lines: ['Les e-mails à {{email}} arrivent.'], end: 'Il n’y a rien d’autre à faire.' },
};
