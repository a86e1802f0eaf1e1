// postbox.mjs - a mail server that keeps every letter it was given, as often as it was given.
import { createServer } from 'node:net';
import { now } from './person.mjs';

const unfold = text => text.replace(/=\r?\n/g, '').replace(/=3D/g, '=');

function read(text) {
  const header = name => new RegExp(`^${name}: (.*?)\\r?$`, 'mi').exec(text)?.[1];
  return { id: header('Message-ID'), to: /([^\s<>]+@[^\s<>]+?)>?$/.exec(header('To'))[1], subject: header('Subject'),
    token: /\/(?:set-up|invitations|invoices)\/([\w-]{43})/.exec(unfold(text))?.[1] };
}

export class Postbox {
  constructor() { this.letters = []; this.waiting = []; this.sockets = new Set(); }

  async open() {
    this.server = createServer(socket => this.talk(socket));
    await new Promise(done => this.server.listen(0, '127.0.0.1', done));
    this.url = `smtp://127.0.0.1:${this.server.address().port}?tls=never`;
    return this;
  }

  close() { this.server.close(); for (const s of this.sockets) s.destroy(); }

  talk(socket) {
    let text = '', data = false;
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
    const say = line => socket.write(`${line}\r\n`);
    say('220 postbox');
    socket.on('data', bytes => {
      text += bytes;
      for (;;) {
        const end = data ? '\r\n.\r\n' : '\r\n', at = text.indexOf(end);
        if (at < 0) return;
        const part = text.slice(0, at);
        text = text.slice(at + end.length);
        if (data) {
          data = false;
          this.take({ at: now(), ...read(part) });
          say('250 kept');
        } else if (/^DATA/i.test(part)) { data = true; say('354 go on'); }
        else if (/^EHLO/i.test(part)) say('250 postbox');
        else if (/^QUIT/i.test(part)) { say('221 farewell'); socket.end(); }
        else say('250 fine');
      }
    });
  }

  take(letter) {
    this.letters.push(letter);
    this.waiting = this.waiting.filter(w => !w(letter));
  }

  to(email, subject) { return this.letters.filter(l => l.to === email && subject.test(l.subject)); }

  // The first letter to somebody, or null if none comes in time.
  first(email, subject, ms) {
    const here = this.to(email, subject)[0];
    if (here) return Promise.resolve(here);
    return new Promise(done => {
      const late = setTimeout(() => done(null), ms);
      this.waiting.push(letter => {
        if (letter.to !== email || !subject.test(letter.subject)) return false;
        clearTimeout(late);
        done(letter);
        return true;
      });
    });
  }
}
