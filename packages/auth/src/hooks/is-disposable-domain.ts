/** Well-known services of addresses for a few minutes. A project adds its own to `refusedDomains`. */
const DISPOSABLE = new Set(
  `10minutemail.com 10minutemail.net 20minutemail.com 33mail.com anonbox.net burnermail.io byom.de deadaddress.com discard.email
  discardmail.com disposablemail.com dispostable.com dropmail.me emailondeck.com emailtemporanea.net fakeinbox.com fakemail.net
  fakemailgenerator.com getairmail.com getnada.com grr.la guerrillamail.biz guerrillamail.com guerrillamail.de guerrillamail.info
  guerrillamail.net guerrillamail.org guerrillamailblock.com harakirimail.com incognitomail.org inboxbear.com inboxkitten.com
  jetable.org kasmail.com linshiyouxiang.net luxusmail.org mail-temp.com mail-temporaire.fr mail.tm mailcatch.com maildrop.cc
  mailexpire.com mailinator.com mailinator.net mailinator2.com mailmoat.com mailnesia.com mailnull.com mailpoof.com mailsac.com
  mailtemp.info meltmail.com minutemail.com mintemail.com moakt.com mohmal.com mvrht.com mytemp.email mytrashmail.com nada.email
  no-spam.ws nospam.ze.tc nowmymail.com objectmail.com onetimeemail.net owlymail.com pokemail.net sharklasers.com shitmail.me
  smailpro.com sneakemail.com snapmail.cc spam4.me spambog.com spambox.us spamex.com spamgourmet.com spamhole.com spaml.com
  sute.jp tempail.com temp-mail.io temp-mail.org tempemail.net tempinbox.com tempmail.de tempmail.dev tempmail.net tempmail.plus
  tempmailaddress.com tempmailo.com tempomail.fr temporary-mail.net temporaryemail.net temporaryinbox.com tempr.email
  throwam.com throwawaymail.com tmail.ws tmailor.com tmpmail.net tmpmail.org trash-mail.com trashmail.at trashmail.com trashmail.de
  trashmail.me trashmail.net trashmail.org trashmail.ws trbvm.com wegwerfemail.de wegwerfmail.de wegwerfmail.net wegwerfmail.org
  yopmail.com yopmail.fr yopmail.net zetmail.com`.split(/\s+/),
);

/** Whether the domain is one of these or lies below one. */
export function isBelowDomain(domain: string, parents: { includes(name: string): boolean }): boolean {
  const labels = domain.split('.');
  return labels.some((_, start) => parents.includes(labels.slice(start).join('.')));
}

/** Whether the domain gives addresses away for a few minutes. */
export function isDisposableDomain(domain: string): boolean {
  return isBelowDomain(domain, { includes: (name) => DISPOSABLE.has(name) });
}
