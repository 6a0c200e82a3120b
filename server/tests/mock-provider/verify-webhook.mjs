// Verifies a webhook with the published package: secret as argument, {headers, body} on standard input.
import { Webhook } from 'standardwebhooks';
import { text } from 'node:stream/consumers';

const { headers, body } = JSON.parse(await text(process.stdin));
const payload = new Webhook(process.argv[2]).verify(body, headers);
process.stdout.write(payload.type);
