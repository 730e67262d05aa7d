/** A mail as the inbox lists it. */
export interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly template: string;
  readonly locale: string;
  readonly state: 'queued' | 'sending' | 'sent' | 'kept' | 'dead';
  readonly reason: string | null;
  readonly attempts: number;
  readonly createdAt: string;
  readonly sentAt: string | null;
}

/** With its texts, as long as they are kept. */
export interface MailWithContent extends Mail {
  readonly text: string | null;
  readonly html: string | null;
}

/** The SMTP server of the project. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string | null;
  readonly hasPassword: boolean;
  readonly from: string;
  readonly fromName: string;
  readonly replyTo: string | null;
}

export interface SmtpSettingsBody extends Omit<SmtpSettings, 'hasPassword'> {
  /** Left out, the one that is stored stays. */
  readonly password?: string;
}

/** The three texts of a mail. */
export interface TemplateParts {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailTemplate extends TemplateParts {
  readonly name: string;
  readonly locale: string;
  readonly isOwn: boolean;
  readonly variables: readonly string[];
}
