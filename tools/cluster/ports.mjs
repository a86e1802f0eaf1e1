// ports.mjs - free ports of loopback, and relays that can be cut.
import { connect, createServer } from 'node:net';

const taken = new Set();

const free = port => new Promise(done => {
  const server = createServer();
  server.on('error', () => done(false));
  server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
});

// Below the range out of which the kernel takes ports for everybody else.
export async function freePort() {
  for (;;) {
    const port = 20000 + Math.floor(Math.random() * 12000);
    if (!taken.has(port) && await free(port)) return taken.add(port), port;
  }
}

// Passes bytes on to a port of this machine until it is cut.  Like a cut wire:
// what is on the way is lost, and who tries again hears nothing good.
export async function relay(to) {
  const sockets = new Set();
  let cut = false;
  const server = createServer(from => {
    if (cut) return from.destroy();
    const on = connect(to, '127.0.0.1');
    for (const [a, b] of [[from, on], [on, from]]) {
      sockets.add(a);
      a.on('error', () => {});
      a.on('close', () => { sockets.delete(a); b.destroy(); });
      a.pipe(b);
    }
  });
  const port = await freePort();
  await new Promise(done => server.listen(port, '127.0.0.1', done));
  return {
    port,
    cut() { cut = true; for (const s of sockets) s.destroy(); },
    mend() { cut = false; },
    close() { this.cut(); server.close(); },
  };
}
