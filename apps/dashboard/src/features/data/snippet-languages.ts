/** One call of the API, to be written in any language. */
export interface SnippetCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly key: string;
  readonly body?: unknown;
  /** What comes back. */
  readonly answer: 'page' | 'document' | 'nothing';
}

/** The languages that snippets are shown in, each with the library that is usual there. */
export const SNIPPET_LANGUAGES = [
  { value: 'curl', label: 'curl' },
  { value: 'typescript', label: 'TypeScript' },
  { value: 'swift', label: 'Swift' },
  { value: 'kotlin', label: 'Kotlin' },
  { value: 'dart', label: 'Dart' },
  { value: 'python', label: 'Python' },
] as const;
export type SnippetLanguage = (typeof SNIPPET_LANGUAGES)[number]['value'];

/** How a language writes JSON. */
interface Notation {
  readonly text: (text: string) => string;
  readonly none: string;
  readonly yes: string;
  readonly no: string;
  readonly list: (items: readonly string[]) => string;
  readonly map: (entries: readonly (readonly [name: string, value: string])[]) => string;
}

const indent = (text: string, spaces: number): string => text.replaceAll('\n', `\n${' '.repeat(spaces)}`);
const lines = (items: readonly string[], spaces = 2): string =>
  items.map((item) => `\n${' '.repeat(spaces)}${indent(item, spaces)},`).join('');
const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Escapes what would end the text, begin an expression in it, or can't be seen. */
function quoted(text: string, { quote, special, control }: { quote: string; special: RegExp; control: (hex: string) => string }): string {
  const escaped = text
    .replace(special, '\\$&')
    // oxlint-disable-next-line no-control-regex -- because control characters are what is looked for
    .replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, (letter) => control(letter.charCodeAt(0).toString(16)));
  return quote + escaped + quote;
}

const SWIFT: Notation = {
  text: (text) => quoted(text, { quote: '"', special: /["\\]/g, control: (hex) => `\\u{${hex}}` }),
  none: 'NSNull()',
  yes: 'true',
  no: 'false',
  // Inside Any nothing is inferred: every collection says what it is.
  list: (items) => (items.length === 0 ? '[] as [Any]' : `[${items.join(', ')}] as [Any]`),
  map: (entries) =>
    entries.length === 0 ? '[:] as [String: Any]' : `[${lines(entries.map(([name, value]) => `${name}: ${value}`))}\n] as [String: Any]`,
};
const KOTLIN: Notation = {
  text: (text) => quoted(text, { quote: '"', special: /["\\$]/g, control: (hex) => `\\u${hex.padStart(4, '0')}` }),
  none: 'JSONObject.NULL',
  yes: 'true',
  no: 'false',
  list: (items) => `listOf<Any>(${items.join(', ')})`,
  map: (entries) =>
    `mapOf<String, Any>(${lines(
      entries.map(([name, value]) => `${name} to ${value}`),
      4,
    )}${entries.length === 0 ? '' : '\n'})`,
};
const DART: Notation = {
  text: (text) => quoted(text, { quote: "'", special: /['\\$]/g, control: (hex) => `\\u{${hex}}` }),
  none: 'null',
  yes: 'true',
  no: 'false',
  list: (items) => `[${items.join(', ')}]`,
  map: (entries) => (entries.length === 0 ? '{}' : `{${lines(entries.map(([name, value]) => `${name}: ${value}`))}\n}`),
};
const PYTHON: Notation = {
  text: (text) => JSON.stringify(text),
  none: 'None',
  yes: 'True',
  no: 'False',
  list: (items) => `[${items.join(', ')}]`,
  map: (entries) =>
    entries.length === 0
      ? '{}'
      : `{${lines(
          entries.map(([name, value]) => `${name}: ${value}`),
          4,
        )}\n}`,
};

function written(value: unknown, notation: Notation): string {
  if (value === null || value === undefined) return notation.none;
  if (typeof value === 'boolean') return value ? notation.yes : notation.no;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return notation.text(value);
  if (Array.isArray(value)) return notation.list(value.map((item) => written(item, notation)));
  return notation.map(Object.entries(value).map(([name, inner]) => [notation.text(name), written(inner, notation)]));
}

function curl({ method, url, key, body }: SnippetCall): string {
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${shellQuoted(url)}`,
    `  -H ${shellQuoted(`X-Mainstay-Key: ${key}`)}`,
    ...(body === undefined ? [] : [`  -H 'Content-Type: application/json'`, `  -d ${shellQuoted(JSON.stringify(body))}`]),
  ].join(' \\\n');
}

function typescript({ method, url, key, body, answer }: SnippetCall): string {
  return [
    `const response = await fetch(${JSON.stringify(url)}, {`,
    ...(method === 'GET' ? [] : [`  method: '${method}',`]),
    `  headers: {`,
    `    'X-Mainstay-Key': ${JSON.stringify(key)},`,
    `    // Authorization: \`Bearer \${session.token}\`, when a user is signed in`,
    ...(body === undefined ? [] : [`    'Content-Type': 'application/json',`]),
    `  },`,
    ...(body === undefined ? [] : [`  body: JSON.stringify(${indent(JSON.stringify(body, null, 2), 2)}),`]),
    `});`,
    `if (!response.ok) throw new Error((await response.json()).detail);`,
    ...(answer === 'page' ? [`const { items, nextCursor } = await response.json();`] : []),
    ...(answer === 'document' ? [`const document = await response.json();`] : []),
  ].join('\n');
}

function swift({ method, url, key, body, answer }: SnippetCall): string {
  return [
    `import Foundation`,
    ``,
    `var request = URLRequest(url: URL(string: ${SWIFT.text(url)})!)`,
    `request.httpMethod = "${method}"`,
    `request.setValue(${SWIFT.text(key)}, forHTTPHeaderField: "X-Mainstay-Key")`,
    `// request.setValue("Bearer \\(token)", forHTTPHeaderField: "Authorization"), when a user is signed in`,
    ...(body === undefined
      ? []
      : [
          `request.setValue("application/json", forHTTPHeaderField: "Content-Type")`,
          `request.httpBody = try JSONSerialization.data(withJSONObject: ${written(body, SWIFT)})`,
        ]),
    `let (data, response) = try await URLSession.shared.data(for: request)`,
    `guard let status = (response as? HTTPURLResponse)?.statusCode, status < 300 else {`,
    `  throw NSError(domain: String(decoding: data, as: UTF8.self), code: 0)`,
    `}`,
    ...(answer === 'page'
      ? [
          `let page = try JSONSerialization.jsonObject(with: data) as? [String: Any]`,
          `let items = page?["items"] as? [[String: Any]] ?? []`,
        ]
      : []),
    ...(answer === 'document' ? [`let document = try JSONSerialization.jsonObject(with: data) as? [String: Any]`] : []),
  ].join('\n');
}

function kotlin({ method, url, key, body, answer }: SnippetCall): string {
  const send = body === undefined ? '' : 'body.toString().toRequestBody("application/json".toMediaType())';
  return [
    ...(body === undefined ? [] : [`import okhttp3.MediaType.Companion.toMediaType`]),
    `import okhttp3.OkHttpClient`,
    `import okhttp3.Request`,
    ...(body === undefined ? [] : [`import okhttp3.RequestBody.Companion.toRequestBody`]),
    `import org.json.JSONObject`,
    ``,
    `fun main() {`,
    ...(body === undefined ? [] : [`    val body = JSONObject(${indent(written(body, KOTLIN), 4)})`]),
    `    val request = Request.Builder()`,
    `        .url(${KOTLIN.text(url)})`,
    `        .header("X-Mainstay-Key", ${KOTLIN.text(key)})`,
    `        // .header("Authorization", "Bearer $token"), when a user is signed in`,
    `        .${method.toLowerCase()}(${send})`,
    `        .build()`,
    `    OkHttpClient().newCall(request).execute().use { response ->`,
    `        val text = response.body?.string().orEmpty()`,
    `        check(response.isSuccessful) { JSONObject(text).getString("detail") }`,
    ...(answer === 'page' ? [`        val items = JSONObject(text).getJSONArray("items")`] : []),
    ...(answer === 'document' ? [`        val document = JSONObject(text)`] : []),
    `    }`,
    `}`,
  ].join('\n');
}

function dart({ method, url, key, body, answer }: SnippetCall): string {
  return [
    `import 'dart:convert';`,
    `import 'package:http/http.dart' as http;`,
    ``,
    `Future<void> main() async {`,
    `  final response = await http.${method.toLowerCase()}(`,
    `    Uri.parse(${DART.text(url)}),`,
    `    headers: {`,
    `      'X-Mainstay-Key': ${DART.text(key)},`,
    `      // 'Authorization': 'Bearer $token', when a user is signed in`,
    ...(body === undefined ? [] : [`      'Content-Type': 'application/json',`]),
    `    },`,
    ...(body === undefined ? [] : [`    body: jsonEncode(${indent(written(body, DART), 4)}),`]),
    `  );`,
    `  if (response.statusCode >= 300) throw Exception(jsonDecode(response.body)['detail']);`,
    ...(answer === 'page' ? [`  final items = jsonDecode(response.body)['items'] as List;`] : []),
    ...(answer === 'document' ? [`  final document = jsonDecode(response.body) as Map<String, dynamic>;`] : []),
    `}`,
  ].join('\n');
}

function python({ method, url, key, body, answer }: SnippetCall): string {
  return [
    `import requests`,
    ``,
    `response = requests.${method.toLowerCase()}(`,
    `    ${PYTHON.text(url)},`,
    `    headers={`,
    `        "X-Mainstay-Key": ${PYTHON.text(key)},`,
    `        # "Authorization": f"Bearer {token}", when a user is signed in`,
    `    },`,
    ...(body === undefined ? [] : [`    json=${indent(written(body, PYTHON), 4)},`]),
    `    timeout=30,`,
    `)`,
    `if not response.ok:`,
    `    raise RuntimeError(response.json()["detail"])`,
    ...(answer === 'page' ? [`items = response.json()["items"]`] : []),
    ...(answer === 'document' ? [`document = response.json()`] : []),
  ].join('\n');
}

const WRITERS: Readonly<Record<SnippetLanguage, (call: SnippetCall) => string>> = { curl, typescript, swift, kotlin, dart, python };

/** The call in every language, complete and ready to paste. */
export function snippetLanguages(call: SnippetCall): Readonly<Record<SnippetLanguage, string>> {
  return Object.fromEntries(SNIPPET_LANGUAGES.map(({ value }) => [value, WRITERS[value](call)])) as Record<SnippetLanguage, string>;
}
