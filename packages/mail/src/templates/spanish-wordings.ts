import type { Wordings } from './wording.ts';

export const SPANISH_WORDINGS: Wordings = {
  'verify-email': {
    subject: 'Confirma tu correo electrónico para {{app}}',
    lines: ['Confirma que {{email}} es tu dirección.'],
    button: 'Confirmar la dirección',
    end: 'El enlace sirve una vez, durante {{minutes}} minutos. Si no lo pediste, ignora este correo.',
  },
  'reset-password': {
    subject: 'Contraseña nueva para {{app}}',
    lines: ['Alguien, seguramente tú, quiere elegir una contraseña nueva para {{email}}.'],
    button: 'Elegir una contraseña nueva',
    end: 'El enlace sirve una vez, durante {{minutes}} minutos. Si no fuiste tú, ignora este correo: no cambia nada.',
  },
  'factor-changed': {
    subject: 'Tu inicio de sesión en {{app}} ha cambiado',
    lines: ['Se añadió o quitó un segundo factor o una llave de acceso de {{email}}, o se usó un código de recuperación.'],
    end: 'Si no fuiste tú, cambia enseguida tu contraseña y revisa tus segundos factores.',
  },
  'password-changed': {
    subject: 'Tu contraseña de {{app}} ha cambiado',
    lines: ['La contraseña de {{email}} ha cambiado y todas las demás sesiones han terminado.'],
    end: 'Si no fuiste tú, pide enseguida una contraseña nueva.',
  },
  'email-changed': {
    subject: 'Tu correo electrónico de {{app}} ha cambiado',
    lines: ['{{email}} ya no es la dirección de tu cuenta: se confirmó otra.'],
    end: 'Si no fuiste tú, avisa enseguida a quienes administran {{app}}.',
  },
  'magic-link': {
    subject: 'Iniciar sesión en {{app}}',
    lines: ['Este enlace inicia tu sesión como {{email}}.'],
    button: 'Iniciar sesión',
    end: 'El enlace sirve una vez, durante {{minutes}} minutos. Si no lo pediste, ignora este correo.',
  },
  'one-time-code': {
    subject: '{{code}} es tu código para {{app}}',
    lines: ['Tu código para iniciar sesión como {{email}}:'],
    code: true,
    end: 'Sirve una vez, durante {{minutes}} minutos. No se lo des a nadie: quien te lo pida no somos nosotros.',
  },
  'second-factor': {
    subject: '{{code}} completa tu inicio de sesión en {{app}}',
    lines: ['Alguien, seguramente tú, está iniciando sesión como {{email}}. Este código lo completa:'],
    code: true,
    end: 'Sirve una vez, durante {{minutes}} minutos. Si no fuiste tú, cambia tu contraseña: alguien la conoce.',
  },
  invitation: {
    subject: '{{inviter}} te invita a {{organization}}',
    lines: ['{{inviter}} invita a {{email}} a {{organization}} en {{app}}.'],
    button: 'Aceptar la invitación',
    end: 'Si no sabes quién es, ignora este correo.',
  },
  test: { subject: 'Un correo de prueba de {{app}}', lines: ['Los correos a {{email}} llegan.'], end: 'No hay que hacer nada más.' },
};
