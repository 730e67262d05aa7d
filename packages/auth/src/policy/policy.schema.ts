import { z } from 'zod';

const Destination = z
  .string()
  .max(500)
  .regex(/^[A-Za-z][A-Za-z0-9+.-]{0,63}:\S+$/, 'Give a whole address such as https://app.example.com/ or myapp://sign-in');

const PasskeySite = z.strictObject({
  rpId: z
    .string()
    .max(253)
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'Give a domain in lower case, without scheme and port.'),
  /** `https://app.example.com`, `http://localhost:3000`, or of an Android app `android:apk-key-hash:…`. */
  origins: z
    .array(
      z
        .string()
        .max(300)
        .regex(
          /^(https:\/\/[a-z0-9.-]+(:\d{1,5})?|http:\/\/localhost(:\d{1,5})?|android:apk-key-hash:[A-Za-z0-9_-]{43})$/,
          'Give an origin without a path.',
        ),
    )
    .min(1)
    .max(20),
});

export const AuthPolicy = z
  .object({
    /** Whether anybody may sign up; servers may make users at any time. */
    signUp: z.boolean().default(true),
    /** Which addresses may sign up: a condition over `email`, `domain` and `username`; null lets all. */
    signUpCondition: z.unknown().default(null),
    /** `off`: only when asked for. `sent`: at sign-up. `required`: sent, and there is no session before. */
    emailVerification: z.enum(['off', 'sent', 'required']).default('off'),
    passwordReset: z.boolean().default(true),
    magicLink: z.boolean().default(true),
    emailCode: z.boolean().default(true),
    /** Whether a code by text message signs in; the project needs a sender of messages for it. */
    smsCode: z.boolean().default(false),
    /** Whether a link or a code makes a user of an address or number that has none. */
    createsUsers: z.boolean().default(false),
    anonymousUpgrade: z.boolean().default(true),
    /** `off`: nobody is asked for a second factor. `optional`: those who have set one up. `required`: everybody. */
    secondFactor: z.enum(['off', 'optional', 'required']).default('optional'),
    /** Whoever has one of these roles needs a second factor, unless it is off. */
    secondFactorRoles: z.array(z.string().min(1).max(64)).max(100).default([]),
    /** What may be set up as one. A code by e-mail is the weakest: who reads the mails can also set a new password. */
    secondFactorMethods: z
      .array(z.enum(['totp', 'passkey', 'email']))
      .max(3)
      .default(['totp', 'passkey']),
    /** How long a factor that was shown is fresh: without a fresh one, who has a second factor can change neither it nor the password. */
    stepUpMinutes: z.number().int().min(1).max(1_440).default(10),
    /** Whether a passkey signs in and up. */
    passkeySignIn: z.boolean().default(true),
    /** Where passkeys belong: the domain (`rpId`), for good, and the origins whose pages may ask for them. Null: this server itself. */
    passkeys: PasskeySite.nullable().default(null),
    /** Whether the most common passwords are refused. */
    refusesCommonPasswords: z.boolean().default(true),
    /** Whether the sign-in page that we serve at `/p/{project}/auth/ui` may be used. */
    hostedPage: z.boolean().default(true),
    /** Where links in mails lead, unless the request names one of `redirectUrls`; null: to our own sign-in page. */
    appUrl: Destination.nullable().default(null),
    /** Where links may lead besides: this very address, or what is below it where it ends with `/`. */
    redirectUrls: z.array(Destination).max(50).default([]),
    linkMinutes: z.number().int().min(5).max(1_440).default(60),
    codeMinutes: z.number().int().min(1).max(60).default(10),
    /** Whether addresses of well-known services that give them away for a few minutes may not sign up. */
    refusesDisposable: z.boolean().default(false),
    /** More domains of which no address may sign up, and what lies below them. */
    refusedDomains: z
      .array(
        z
          .string()
          .toLowerCase()
          .regex(/^[a-z0-9.-]{1,253}$/),
      )
      .max(5_000)
      .default([]),
    /** Whether users may make teams; servers may at any time. */
    usersMakeTeams: z.boolean().default(true),
    /** How much of a network address events and the audit log keep. */
    addressesInEvents: z.enum(['none', 'shortened', 'full']).default('shortened'),
    /** The language of mails where the request names none. */
    locale: z
      .string()
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/)
      .default('en'),
  })
  .meta({ id: 'AuthPolicy' });
export type AuthPolicy = z.infer<typeof AuthPolicy>;

const { shape } = AuthPolicy;
export const AuthPolicyPatch = z.strictObject({
  signUp: shape.signUp.unwrap().optional(),
  signUpCondition: z.unknown().optional(),
  emailVerification: shape.emailVerification.unwrap().optional(),
  passwordReset: shape.passwordReset.unwrap().optional(),
  magicLink: shape.magicLink.unwrap().optional(),
  emailCode: shape.emailCode.unwrap().optional(),
  smsCode: shape.smsCode.unwrap().optional(),
  createsUsers: shape.createsUsers.unwrap().optional(),
  anonymousUpgrade: shape.anonymousUpgrade.unwrap().optional(),
  secondFactor: shape.secondFactor.unwrap().optional(),
  secondFactorRoles: shape.secondFactorRoles.unwrap().optional(),
  secondFactorMethods: shape.secondFactorMethods.unwrap().optional(),
  stepUpMinutes: shape.stepUpMinutes.unwrap().optional(),
  passkeySignIn: shape.passkeySignIn.unwrap().optional(),
  passkeys: shape.passkeys.unwrap().optional(),
  refusesCommonPasswords: shape.refusesCommonPasswords.unwrap().optional(),
  hostedPage: shape.hostedPage.unwrap().optional(),
  appUrl: shape.appUrl.unwrap().optional(),
  redirectUrls: shape.redirectUrls.unwrap().optional(),
  linkMinutes: shape.linkMinutes.unwrap().optional(),
  codeMinutes: shape.codeMinutes.unwrap().optional(),
  refusesDisposable: shape.refusesDisposable.unwrap().optional(),
  refusedDomains: shape.refusedDomains.unwrap().optional(),
  usersMakeTeams: shape.usersMakeTeams.unwrap().optional(),
  addressesInEvents: shape.addressesInEvents.unwrap().optional(),
  locale: shape.locale.unwrap().optional(),
});
export type AuthPolicyPatch = z.infer<typeof AuthPolicyPatch>;
