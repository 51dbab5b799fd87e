/**
 * Finds tokens whose format shows the vendor, wherever they appear. Lengths are lower limits, because vendors lengthen
 * their tokens. The formats are those that the vendors publish for secret scanning; in the tests, secretlint's preset
 * is the second opinion.
 */
import type { Finder, Span } from './span.ts';

interface TokenForm {
  readonly mark: string;
  /**
   * Sources of regular expressions. Each begins with something that only this vendor uses, and repeats nothing without
   * a lower limit.
   */
  readonly forms: readonly string[];
}

const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';

const FORMS: readonly TokenForm[] = [
  { mark: '[redacted:heroku-key]', forms: ['HRKU-[\\w-]{20,}'] },
  {
    mark: '[redacted:github-token]',
    forms: ['gh[pousr]_[\\w.-]{20,}', 'github_pat_[\\w.-]{20,}'],
  },
  {
    mark: '[redacted:slack-token]',
    forms: ['xox[a-z](?:\\.xox[a-z])?-[\\w-]{10,}', '(?:xapp|xwfp)-[\\w-]{10,}'],
  },
  { mark: '[redacted:aws-key]', forms: ['(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,20}(?![A-Za-z0-9])'] },
  {
    mark: '[redacted:stripe-key]',
    forms: ['[rsp]k_(?:live|test)_[\\w+/=-]{10,}', 'whsec_[\\w+/=-]{10,}'],
  },
  {
    mark: '[redacted:api-key]',
    forms: [
      // AI models and related services.
      'sk-(?:proj|svcacct|admin|ant|or|lf)-[\\w-]{16,}',
      'sess-[A-Za-z0-9]{20,}',
      '(?:gsk|hf|r8)_[A-Za-z0-9]{20,}',
      '(?:xai|pplx|nvapi)-[\\w-]{30,}',
      'api_org_[A-Za-z0-9]{20,}',
      // Google.
      'AIza[\\w-]{30,}',
      'ya29\\.[\\w-]{20,}',
      'GOCSPX-[\\w-]{20,}',
      '1//0[\\w-]{20,}',
      // Email and messaging.
      'SG\\.[\\w-]{10,}\\.[\\w-]{16,}',
      '(?:pub)?key-[0-9a-f]{32}(?![0-9a-f])',
      '[0-9a-f]{32}-us\\d{1,2}(?!\\d)',
      '(?:xkeysib|xsmtpsib)-[\\w-]{20,}',
      're_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}',
      'SK[0-9a-f]{32}(?![0-9a-zA-Z])',
      '\\d{8,10}:[A-Za-z0-9_-]{35}(?![\\w-])',
      '[MNO][A-Za-z0-9_-]{23,27}\\.[\\w-]{6}\\.[\\w-]{27,}',
      // Code hosts, registries, CI.
      'gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas|ffct)-[\\w-]{16,}',
      'npm_[A-Za-z0-9]{30,}',
      'pypi-[\\w-]{20,}',
      'rubygems_[0-9a-f]{32,}',
      'dckr_(?:pat|oat)_[\\w-]{16,}',
      'AT(?:ATT3|CTT3|BB)[A-Za-z0-9_=-]{20,}',
      'CCIPAT_[A-Za-z0-9_]{20,}',
      'bkua_[0-9a-f]{30,}',
      'sq[pua]_[0-9a-f]{32,}',
      // Clouds.
      'do[opr]_v1_[0-9a-f]{32,}',
      'dapi[0-9a-f]{32}(?:-\\d)?',
      'dp\\.(?:pt|st|ct|scim|audit|said|sa)\\.[\\w.-]{20,}',
      'fo1_[\\w-]{30,}',
      'fm[12][ar]?_[A-Za-z0-9+/=_-]{30,}',
      'hv[sbr]\\.[\\w-]{20,}',
      '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{30,}',
      'pul-[0-9a-f]{40}',
      'sbp_[0-9a-f]{30,}',
      'sb_secret_[\\w-]{16,}',
      'pscale_(?:tkn|pw|oauth)_[\\w.=-]{20,}',
      'nfp_[A-Za-z0-9]{30,}',
      'rnd_[A-Za-z0-9]{24,}',
      'vc[pkaio]_[A-Za-z0-9]{24,}',
      'v1\\.0-[0-9a-f]{20,}-[0-9a-f]{20,}',
      'tskey-[a-z]{2,12}-[\\w-]{16,}',
      'LTAI[A-Za-z0-9]{16,}',
      'AKID[A-Za-z0-9]{32,}',
      '[A-Za-z0-9_~.]{3}\\dQ~[A-Za-z0-9_~.-]{31,34}',
      'sdk-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
      'ntn_[A-Za-z0-9]{40,}',
      'secret_[A-Za-z0-9]{32,}',
      // Monitoring.
      'NR(?:AK|AA|AL|JS|II|SP|RA|BR)-[A-Za-z0-9-]{16,}',
      'gl(?:sa|c)_[A-Za-z0-9_+/=]{24,}',
      'sntry[su]_[A-Za-z0-9_+/=.-]{24,}',
      'hb[pu]_[A-Za-z0-9]{24,}',
      'dt0[a-z]\\d{2}\\.[A-Z0-9]{20,}\\.[A-Z0-9]{30,}',
      // Shops, payments, brokers.
      'shp(?:at|ca|pa|ss|tka)_[0-9a-fA-F]{16,}',
      'EAA[A-Za-z0-9_-]{40,}',
      'sq0(?:atp|csp|idp)-[\\w-]{20,}',
      'FLW(?:SECK|PUBK)(?:_TEST)?-[0-9a-zA-Z-]{16,}',
      `access-(?:sandbox|development|production)-${UUID}`,
      'rzp_(?:live|test)_[A-Za-z0-9]{14,}',
      'EZ[AT]K[A-Za-z0-9]{50,}',
      'shippo_(?:live|test)_[0-9a-f]{32,}',
      '[PAC]K[A-Z0-9]{18}(?![A-Za-z0-9])',
      '(?:duffel|lob|paystack)_(?:live|test)_[A-Za-z0-9_-]{20,}',
      'live_[A-Za-z0-9]{30,}',
      // Team tools.
      'PMAK-[0-9a-zA-Z]{16,}-[0-9a-zA-Z]{16,}',
      'lin_(?:api|oauth)_[A-Za-z0-9]{30,}',
      'fig[do]_[\\w-]{30,}',
      'tfp_[\\w-]{30,}',
      'CFPAT-[\\w-]{30,}',
      'pat[A-Za-z0-9]{14}\\.[0-9a-f]{40,}',
      'pat-(?:na|eu)\\d-[0-9a-f-]{30,}',
      '[sp]k\\.eyJ[\\w-]{20,}\\.[\\w-]{16,}',
      'rdme_[a-z0-9]{40,}',
      'pnu_[A-Za-z0-9]{30,}',
      'ops_eyJ[\\w+/=-]{40,}',
      'A3-[A-Z0-9]{6}-(?:[A-Z0-9]{5,6}-){4,5}[A-Z0-9]{5}',
      'AGE-SECRET-KEY-1[A-Z0-9]{40,}',
      'PRVTKN[A-Za-z0-9]{20,}',
    ],
  },
];

/** URLs that are secrets by themselves, because anyone who has one may write. The part that shows whose it is stays. */
const LINKS: readonly (readonly [string, string])[] = [
  ['hooks\\.slack\\.com\\/[a-z]{1,20}\\/', '[redacted:slack-hook]'],
  ['discord(?:app)?\\.com\\/api\\/(?:v\\d{1,2}\\/)?webhooks\\/\\d{5,25}\\/', '[redacted:hook]'],
  ['hooks\\.zapier\\.com\\/hooks\\/[a-z]{1,20}\\/', '[redacted:hook]'],
  ['\\.webhook\\.office\\.com\\/webhookb2\\/', '[redacted:hook]'],
  ['api\\.telegram\\.org\\/(?:file\\/)?bot', '[redacted:token]'],
  ['hc-ping\\.com\\/', '[redacted:hook]'],
  ['chat\\.googleapis\\.com\\/v1\\/spaces\\/[\\w-]{1,60}\\/messages\\?', '[redacted:hook]'],
  ['maker\\.ifttt\\.com\\/trigger\\/[\\w-]{1,60}\\/with\\/key\\/', '[redacted:hook]'],
];

/** No token is shorter, so this one test skips most words. */
const LONG_ENOUGH = '(?=[\\w~.:/-]{15})';

const TOKEN = new RegExp(
  `(?<![A-Za-z0-9])${LONG_ENOUGH}(?:${FORMS.map(({ forms }) => `(${forms.join('|')})`).join('|')})`,
  'g',
);
/**
 * Matches only at the start of a run: the first part has no upper limit, so trying every position of a long run would
 * take quadratic time.
 */
const JWT = /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{2,}\.[\w-]*/g;
const MAY_LINK = /hook|telegram|hc-ping|ifttt/i;
const LINK = new RegExp(`(?:${LINKS.map(([host]) => `(${host})`).join('|')})[^\\s"'<>\\\\[]{8,}`, 'gi');

/** `sk-` also begins package names, so it counts only when one part after it is not a word. */
const SHORT_PREFIX = /(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{20,}/g;

export const findVendorTokens: Finder = (line) => {
  const spans: Span[] = [];
  for (const found of line.matchAll(TOKEN)) {
    const [whole] = found;
    const [, ...groups] = found;
    if (!isRandom(whole)) continue;
    const mark = FORMS[groups.findIndex((group) => group !== undefined)]?.mark ?? '[redacted:api-key]';
    // A dot or a dash at the end belongs to the sentence.
    const to = found.index + whole.replace(/[.-]+$/, '').length;
    spans.push({ from: found.index, to, mark });
  }
  for (const { 0: whole, index } of line.includes('sk-') ? line.matchAll(SHORT_PREFIX) : []) {
    if (hasRandomPart(whole))
      spans.push({ from: index, to: index + whole.length, mark: '[redacted:api-key]' });
  }
  for (const found of line.includes('eyJ') ? line.matchAll(JWT) : [])
    spans.push({ from: found.index, to: found.index + found[0].length, mark: '[redacted:jwt]' });
  for (const found of line.includes('/') && MAY_LINK.test(line) ? line.matchAll(LINK) : []) {
    const [whole] = found;
    const [, ...hosts] = found;
    const place = hosts.findIndex((host) => host !== undefined);
    const mark = LINKS[place]?.[1] ?? '[redacted:hook]';
    spans.push({ from: found.index + (hosts[place]?.length ?? 0), to: found.index + whole.length, mark });
  }
  return spans;
};

/** If only lower-case words follow the prefix, the text is an example or a name. */
function isRandom(token: string): boolean {
  // No word begins with AKIA, and one in 180 of these keys has no digit.
  if (/^AKIA[A-Z0-9]{16}$/.test(token)) return true;
  const tail = token.slice(4);
  return /\d/.test(tail) || (/[A-Z]/.test(tail) && /[a-z]/.test(tail));
}

function hasRandomPart(token: string): boolean {
  return token.split(/[-_]/).some((part) => part.length >= 8 && (/\d/.test(part) || /[a-z][A-Z]/.test(part)));
}
