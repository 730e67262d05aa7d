import type { Wordings } from './wording.ts';

export const JAPANESE_WORDINGS: Wordings = {
  'verify-email': {
    subject: '{{app}} のメールアドレスの確認',
    lines: ['{{email}} がご自身のアドレスであることを確認してください。'],
    button: 'アドレスを確認',
    end: 'リンクは {{minutes}} 分間、1 回だけ有効です。お心当たりがない場合は、このメールを無視してください。',
  },
  'reset-password': {
    subject: '{{app}} の新しいパスワード',
    lines: ['{{email}} の新しいパスワードの設定が求められました。'],
    button: '新しいパスワードを設定',
    end: 'リンクは {{minutes}} 分間、1 回だけ有効です。お心当たりがない場合は、このメールを無視してください。何も変わりません。',
  },
  'factor-changed': {
    subject: '{{app}} のログイン方法が変更されました',
    lines: ['{{email}} の 2 段階目の確認またはパスキーが追加または削除されたか、リカバリーコードが使われました。'],
    end: 'お心当たりがない場合は、すぐにパスワードを変更し、2 段階目の確認をご覧ください。',
  },
  'password-changed': {
    subject: '{{app}} のパスワードが変更されました',
    lines: ['{{email}} のパスワードが変更され、ほかのセッションはすべて終了しました。'],
    end: 'お心当たりがない場合は、すぐに新しいパスワードを請求してください。',
  },
  'email-changed': {
    subject: '{{app}} のメールアドレスが変更されました',
    lines: ['{{email}} はアカウントのアドレスではなくなりました。別のアドレスが確認されました。'],
    end: 'お心当たりがない場合は、すぐに {{app}} の管理者にお知らせください。',
  },
  'magic-link': {
    subject: '{{app}} にログイン',
    lines: ['このリンクで {{email}} としてログインします。'],
    button: 'ログイン',
    end: 'リンクは {{minutes}} 分間、1 回だけ有効です。お心当たりがない場合は、このメールを無視してください。',
  },
  'one-time-code': {
    subject: '{{code}} が {{app}} のコードです',
    lines: ['{{email}} としてログインするためのコード:'],
    code: true,
    end: '{{minutes}} 分間、1 回だけ有効です。誰にも教えないでください。私たちがお尋ねすることはありません。',
  },
  'second-factor': {
    subject: '{{code}} で {{app}} へのログインが完了します',
    lines: ['{{email}} としてのログインが始まりました。このコードで完了します:'],
    code: true,
    end: '{{minutes}} 分間、1 回だけ有効です。お心当たりがない場合は、パスワードを変更してください。誰かに知られています。',
  },
  invitation: {
    subject: '{{inviter}} さんから {{organization}} への招待',
    lines: ['{{inviter}} さんが {{email}} を {{app}} の {{organization}} に招待しています。'],
    button: '招待を受ける',
    end: 'お心当たりがない場合は、このメールを無視してください。',
  },
  test: { subject: '{{app}} からのテストメール', lines: ['{{email}} へのメールは届いています。'], end: 'ほかにすることはありません。' },
};
