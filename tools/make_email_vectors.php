<?php
// Writes fixtures/validation/email_vectors.tsv: what Laravel's plain `email` rule says of addresses.
//
//     apt-get install php-cli php-mbstring php-email-validator    # 3.2.5 in Debian 12
//     php tools/make_email_vectors.php
//
// The rule is RFCValidation of egulias/email-validator. Addresses are escaped as JSON strings without
// their quotes, with everything but printable ASCII as \uXXXX, so that the file shows what it holds.

require_once 'Egulias/EmailValidator/autoload.php';

use Egulias\EmailValidator\EmailValidator;
use Egulias\EmailValidator\Validation\RFCValidation;

const TARGET = __DIR__ . '/../fixtures/validation/email_vectors.tsv';
const RANDOM_ADDRESSES = 1500;

$ordinary = [
    'jane@example.com', 'jane.doe@example.com', 'JANE.DOE@EXAMPLE.COM', 'Jane_Doe-99@mail.example.com',
    'jane+news@example.com', 'jane+a+b@example.co.uk', 'j@e.io', 'jane@ex-ample.com', 'jane@sub.sub2.example.org',
    "o'neill@example.com", 'jane.doe.smith@example.museum', '1234567890@example.com', 'jane@123.com', 'jane@1.2.3.4',
    'jane_@example.com', '_jane@example.com', 'jane-@example.com', '-jane@example.com', 'a.b.c.d.e@example.com',
    'jane@example.travel', 'jane@xn--mnchen-3ya.de', "jane@m\u{fc}nchen.de", "j\u{f6}rg@example.com",
    "\u{43f}\u{43e}\u{447}\u{442}\u{430}@\u{43f}\u{440}\u{438}\u{43c}\u{435}\u{440}.\u{440}\u{444}",
    "\u{7528}\u{6237}@\u{4f8b}\u{5b50}.\u{516c}\u{53f8}", "jane@\u{4f8b}\u{5b50}.cn", "jane@ex\u{e4}mple.com",
    "i\u{307}stanbul@example.com", "\u{130}lker@example.com.tr", "a\u{15f}k@\u{f6}rnek.com.tr", 'jane!#$%&*+/=?^_`{|}~-x@example.com',
    'jane@example.c', 'jane@e.c', 'jane/doe@example.com', 'jane=doe@example.com', 'jane&john@example.com',
];
$usual_errors = [
    '', ' ', '@', '@@', 'not an email', 'jane', 'jane.example.com', 'jane@', '@example.com', 'x y@example.com', 'jane@exam ple.com',
    'two@@example.com', 'jane@doe@example.com', 'jane@example.com.', 'jane@example.com..', 'jane@example..com', 'jane..doe@example.com',
    '.jane@example.com', 'jane.@example.com', 'jane@.example.com', 'jane@-example.com', 'jane@example-.com', 'jane@example.com-',
    'jane@example.-com', 'jane,doe@example.com', 'jane@example,com', 'jane@example', 'Jane Doe <jane@example.com>', '<jane@example.com>',
    'jane@example.com;john@example.com', 'jane@example.com, john@example.com', 'jane@example.com john@example.com', 'mailto:jane@example.com',
    'jane@example.com ', ' jane@example.com', "jane@example.com\n", "jane@example.com\t", "\tjane@example.com", 'jane @example.com', 'jane@ example.com',
    'jane@example.com/', 'jane@example.com/path', 'https://example.com', 'jane@https://example.com', 'jane@exam_ple.com', 'jane@_example.com',
    'jane@example.com:25', 'jane at example.com', 'jane(at)example.com', 'jane@example dot com', 'jane@exa$mple.com', "jane@example.com'", 'jane@example.com"',
    '"jane@example.com"', 'jane@example.com?subject=x', 'jane@example.com#', 'jane#@example.com', 'jane@example.com)', '(jane@example.com', 'n/a', '-', '0',
    'jane@*.example.com', 'jane@example.com*', 'jane@example!.com', 'jane:doe@example.com', 'jane;doe@example.com', 'jane<doe@example.com', 'jane>doe@example.com',
    'jane[doe@example.com', 'jane]doe@example.com', 'jane\\doe@example.com', 'jane@exam\\ple.com', 'jane@[example.com', 'jane@example.com]', "jane\u{2019}s@example.com",
];
$odd = [
    'a@b', 'null@null', 'user@localhost', 'user @x', 'user  @example.com', "user\t@example.com", "user\r\n @example.com", "user\r\n@example.com",
    "user\r@example.com", "user\n@example.com", "us\r\n er@example.com", 'a .b@example.com', 'a -b@example.com', 'a. b@example.com', " .a@example.com",
    '"quoted"@x', '"quoted"@example.com', '"with space"@example.com', '"with@at"@example.com', '"with\\"quote"@example.com', '"with\\\\"@example.com', '""@example.com',
    '" "@example.com', '"a"b@example.com', 'a"b"@example.com', 'a"b"c@example.com', 'a."b"@example.com', '"a".b@example.com', '"a"."b"@example.com', '"unclosed@example.com',
    'a-"b"@example.com', "\"tab\t\"@example.com", "\"\ttab\"@example.com", "\"cr\r\"@example.com", "\"lf\n\"@example.com", "\"crlf\r\n\"@example.com", '"a\\ b"@example.com', '"a,b"@example.com',
    '"\\"@example.com', '"\\\\\\""@example.com', '"\\a"@example.com', "\"\\\t\"@example.com",
    '(comment)jane@example.com', 'jane(comment)@example.com', 'ja(comment)ne@example.com', 'jane(a(b)c)@example.com', 'jane(a(b)@example.com', 'jane(a)b)@example.com',
    'jane(a@b)@example.com', 'jane()@example.com', 'jane(,<>)@example.com', 'jane(a),@example.com', 'jane(a)..@example.com', 'jane(a).@example.com', 'jane(a)\\@example.com', 'jane)@example.com', 'jane(@example.com',
    'jane(a)b..c@example.com', "jane(a)\n@example.com", "jane(a) @example.com",
    'jane@(comment)example.com', 'jane@example(comment).com', 'jane@example.com(comment)', 'jane@exa(comment)mple.com', 'jane@example(a(b)).com', 'jane@example(a(b).com', 'jane@example(a)b).com', 'jane@example(a b @ , c).com',
    'jane@example)a(.com', 'jane@example(a)..com', 'jane@example.(a)com', 'jane@(a).com', 'jane@example(a)-.com', 'jane@example(a)/.com', 'jane@example(a).(b).com', 'jane@example(a))(b.com', 'jane@example(a)_.com',
    'jane@[127.0.0.1]', 'jane@[IPv6:::1]', 'jane@[IPv6:2001:db8::1]', 'jane@[ipv6:1]', 'jane@[999.1.1.1]', 'jane@[anything at all]', 'jane@[]', 'jane@[1.2.3.4]x', 'jane@[1.2.3.4].com', 'jane@[1.2.3.]', 'jane@[1.2.3-]', 'jane@[1[2]',
    'jane@x[1]', 'jane@x.[1]', 'jane@x-[1]', 'jane@[a\\b]', "jane@[a\rb]", "jane@[a\nb]", "jane@[a\r\nb]", "jane@[a\0b]", 'jane@[a]]', 'jane@[a][', "jane@[a]\rx", 'jane@[a@b]', 'jane@[ ]', 'jane@[1] ', 'jane@[\\]', 'jane@[[]', 'jane@[-]',
    'jane@IPv6.com', 'jane@ipv6.com', 'IPv6@example.com', 'jane@xIPv6.com', 'jane@1IPv6.com', 'jane@IPv64.com', 'jane@IPv45.com', 'a::b@example.com', 'a:::b@example.com', 'a::::b@example.com', '::@example.com', 'jane@a::b.com',
    'a\\ b@example.com', 'a\\b@example.com', 'a\\@example.com', 'a\\@b@example.com', '\\@example.com', 'a\\.b@example.com', 'a\\..b@example.com', 'a\\,b@example.com', 'a\\ @example.com', "a\\\n@example.com", "a\\\nb@example.com", "a\\\r\nb@example.com", 'a\\"b"@example.com',
    "nul\0@example.com", "\0@example.com", "jane@exam\0ple.com", "jane\x01@example.com", "jane\x7f@example.com", "jane@exam\x7fple.com", "jane\x0b@example.com", "jane\x0c@example.com",
    "\u{1f600}@example.com", "jane@\u{1f600}.com", "jane\u{200b}@example.com", "jane@exam\u{200b}ple.com", "jane@exam\u{ad}ple.com", "jane\u{ad}@example.com", "jane@exam\u{200d}ple.com", "\u{feff}jane@example.com",
    "jane\u{a0}@example.com", "\u{a0}jane@example.com", "jane@example.com\u{a0}", "jane@exam\u{a0}ple.com", "jane\u{3000}@example.com", "jane\u{2028}@example.com", "jane\u{202e}@example.com", "jane\u{200f}@example.com",
    "jane\u{20ac}@example.com", "jane\u{a9}@example.com", "jane\u{b4}@example.com", "jane\u{a8}@example.com", "jane\u{b1}@example.com", "jane\u{b7}@example.com", "jane\u{a7}@example.com", "jane\u{ab}\u{bb}@example.com",
    "jane\u{bf}@example.com", "jane@exam\u{bf}ple.com", "jane\u{a1}@example.com", "jane@exam\u{a1}ple.com", "jane\u{2013}doe@example.com", "jane@exam\u{2013}ple.com", "jane\u{ff20}example.com", "jane@example\u{3002}com", "jane@example\u{ff0e}com",
    "jane\u{301}@example.com", "\u{301}@example.com", "jane\u{e000}@example.com", "jane\u{378}@example.com", "jane\u{bd}@example.com", "jane\u{b2}@example.com", "jane\u{2460}@example.com", "jane@exam\u{2460}ple.com", "jane\u{85}@example.com",
    "jane@\u{661}\u{662}.com", "jane@exam\u{df}ple.com", "jane@\u{5d0}b.com", "jane@a\u{300}b.com", "jane @\u{e4}.com", "jane@ \u{e4}.com", "\u{e4} \u{e4}@example.com", "jane\u{fffd}@example.com",
    str_repeat('a', 64) . '@example.com', str_repeat('a', 65) . '@example.com', str_repeat('a', 240) . '@example.com', str_repeat('a', 250) . '@example.com',
    'a@' . str_repeat('b', 63) . '.com', 'a@' . str_repeat('b', 64) . '.com', 'a@x.' . str_repeat('b', 62) . '.com', 'a@x.' . str_repeat('b', 63) . '.com', 'a@x.' . str_repeat('b', 64) . '.com',
    'a@x.' . str_repeat('b', 62), 'a@x.' . str_repeat('b', 63), 'a@' . str_repeat('b', 63), 'a@' . str_repeat('b', 64), 'a@' . str_repeat("\u{fc}", 40) . '.com', 'a@' . str_repeat("\u{fc}", 63) . '.com', 'a@x.' . str_repeat("\u{fc}", 58) . '.com',
    'a@x.' . str_repeat("\u{fc}", 59) . '.com', 'a@' . str_repeat("\u{4f8b}", 30) . '.cn', 'a@' . str_repeat("\u{4f8b}", 64) . '.cn', 'a@' . str_repeat('b', 60) . "\u{fc}.com", 'a@' . str_repeat('b', 40) . "\u{fc}" . str_repeat('c', 30) . '.com',
    'a@' . str_repeat('bbbbbbbbbb.', 22) . str_repeat('c', 11), 'a@' . str_repeat('bbbbbbbbbb.', 22) . str_repeat('c', 12), 'aa@' . str_repeat('bbbbbbbbbb.', 22) . str_repeat('c', 10), 'a@' . str_repeat('bbbbbbbbb.', 25) . 'ccc', 'a@' . str_repeat('bbbbbbbbb.', 25) . 'cccc',
    'aaa@' . str_repeat('bbbbbbbbb.', 25) . 'c', 'a@[' . str_repeat('b', 251) . ']', 'a@[' . str_repeat('b', 252) . ']', 'a@(' . str_repeat('b', 247) . ')x.c', 'a@(' . str_repeat('b', 248) . ')x.c', 'a@(' . str_repeat('b', 249) . ')x.c',
];

/** Short strings over the characters that the grammar treats specially: they find corners nobody thinks of. */
function random_addresses(): array
{
    mt_srand(20261122);
    $atoms = ['a', 'b1', 'x', '.', '.', '-', '@', '@', '"', '"', '(', ')', '\\', ' ', "\t", "\r\n", "\r", "\n", '[', ']', ',', ':', '::', ';', '<', '>', '/', '_', '+', "'", "\u{fc}", "\u{4f8b}", "\u{bf}", "\u{a0}", 'IPv6', "\0"];
    $addresses = [];
    for ($count = 0; $count < RANDOM_ADDRESSES; $count++) {
        $pick = fn (int $most): string => implode('', array_map(fn () => $atoms[mt_rand(0, count($atoms) - 1)], range(1, mt_rand(1, $most))));
        $addresses[] = match ($count % 5) {
            0 => $pick(7) . '@example.com',
            1 => 'jane@' . $pick(7),
            2 => 'j' . $pick(4) . 'e@x' . $pick(4) . 'y.com',
            3 => '"' . $pick(5) . '"' . $pick(1) . '@ex' . $pick(2) . '.com',
            4 => 'j(' . $pick(4) . ')' . $pick(2) . '@ex(' . $pick(4) . ')' . $pick(1) . '.com',
        };
    }
    return $addresses;
}

$validator = new EmailValidator();
$lines = [
    "# What RFCValidation of egulias/email-validator 3.2.5 says of an address. Written by tools/make_email_vectors.php: do not edit.\n",
    "# kind, address (escaped as in JSON), verdict\n",
];
$seen = [];
foreach (['ordinary' => $ordinary, 'usual_error' => $usual_errors, 'odd' => $odd, 'random' => random_addresses()] as $kind => $addresses) {
    foreach ($addresses as $address) {
        if (isset($seen[$address])) {
            continue;
        }
        $seen[$address] = true;
        $verdict = $validator->isValid($address, new RFCValidation()) ? 'accepted' : 'refused';
        $escaped = substr(json_encode($address, JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR), 1, -1);
        $lines[] = "$kind\t$escaped\t$verdict\n";
    }
}
file_put_contents(TARGET, implode('', $lines));
