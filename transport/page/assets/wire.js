// The connection to the gateway: wire version 2 over a WebSocket, made again by itself.
import { remember, recall } from './store.js';

const TOKEN = 'futuopend.token';
const answerWithin = 15000;
const slowest = 30000;

// What a token looks like. Anything else would be refused by the browser before it reached the gateway.
const tokenForm = /^[A-Za-z0-9._~-]{16,128}$/;

export class Wire {
  // on has: status(snapshot), event(entry), result(frame), link(what), token(wasWrong).
  constructor(on) {
    this.on = on;
    this.seq = 0; // of the last entry that was told
    this.skew = 0; // how far the gateway's clock is ahead of this one
    this.tries = 0;
    this.nextID = 1;
    this.open = new Map(); // commands that wait for their answer, by id
    addEventListener('online', () => this.soon());
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.soon(); });
  }

  // now is the gateway's time, in milliseconds.
  now() { return Date.now() + this.skew; }

  headers() {
    const token = recall(sessionStorage, TOKEN);
    return token ? { Authorization: 'Bearer ' + token } : {};
  }

  useToken(token) {
    if (!tokenForm.test(token)) {
      this.on.token(true);
      return;
    }
    remember(sessionStorage, TOKEN, token);
    this.connect();
  }

  // connect first asks over HTTP: a browser does not tell why a WebSocket failed, so a missing token would look
  // like a missing gateway.
  async connect() {
    if (this.connecting) return;
    clearTimeout(this.timer);
    this.waiting = false;
    this.connecting = true;
    let answer;
    try {
      answer = await fetch('status', { headers: this.headers(), cache: 'no-store', signal: AbortSignal.timeout(answerWithin) });
      await answer.text();
    } catch {
      answer = null;
    }
    this.connecting = false;
    if (answer?.status === 401) {
      const had = recall(sessionStorage, TOKEN) !== null;
      remember(sessionStorage, TOKEN, null);
      this.on.token(had);
      return;
    }
    if (!answer?.ok) {
      this.again();
      return;
    }
    this.setClock(answer.headers.get('Date'));
    this.dial();
  }

  // setClock notes how far the two clocks differ. The header has whole seconds, so less than that is no difference.
  setClock(date) {
    const skew = Date.parse(date) + 500 - Date.now();
    this.skew = Math.abs(skew) > 2000 ? skew : 0;
  }

  dial() {
    const token = recall(sessionStorage, TOKEN);
    const url = new URL('.', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.search = url.hash = '';
    const socket = new WebSocket(url, token ? ['futuopend.v2', token] : ['futuopend.v2']);
    this.socket = socket;
    socket.onmessage = (m) => { if (socket === this.socket) this.hear(JSON.parse(m.data)); };
    socket.onclose = () => { if (socket === this.socket) this.again(); };
    this.timer = setTimeout(() => this.drop(), answerWithin); // no greeting: as good as closed
  }

  hear(frame) {
    switch (frame.type) {
      case 'STATUS':
        if (!this.greeted) this.greet(frame);
        this.on.status(frame);
        break;
      case 'EVENT':
        if (frame.seq <= this.seq) break;
        this.seq = frame.seq;
        this.on.event(frame);
        break;
      case 'CODE_RESULT':
        this.on.result(frame);
        break;
    }
    const waiting = this.open.get(frame.id);
    if (waiting) {
      this.open.delete(frame.id);
      clearTimeout(waiting.timer);
      waiting.done(frame);
    }
  }

  greet(status) {
    clearTimeout(this.timer);
    this.greeted = true;
    this.tries = 0;
    const anew = status.seq < this.seq; // another journal than the one before
    if (anew) this.seq = 0;
    this.seq = Math.max(this.seq, status.seq - 200);
    this.on.link({ up: true, anew });
    this.send({ type: 'SUBSCRIBE', after: this.seq });
  }

  // send sends a command and returns its answer. A command is never sent twice by itself.
  send(command) {
    return new Promise((done) => {
      if (!this.greeted) {
        done({ type: 'ERROR', error: 'not_connected' });
        return;
      }
      const id = this.nextID++;
      const timer = setTimeout(() => {
        this.open.delete(id);
        done({ type: 'ERROR', error: 'no_answer' });
        this.drop();
      }, answerWithin);
      this.open.set(id, { done, timer });
      this.socket.send(JSON.stringify({ ...command, id }));
    });
  }

  // drop gives a dead connection up without waiting for its goodbye, which may never come.
  drop() {
    this.socket?.close();
    this.again();
  }

  // again tries once more, later each time.
  again() {
    this.socket = null;
    this.greeted = false;
    clearTimeout(this.timer);
    for (const { done, timer } of this.open.values()) {
      clearTimeout(timer);
      done({ type: 'ERROR', error: 'no_answer' });
    }
    this.open.clear();
    const wait = Math.min(slowest, 1000 * 2 ** this.tries++) * (0.75 + Math.random() / 2);
    this.on.link({ up: false });
    this.waiting = true;
    this.timer = setTimeout(() => this.connect(), wait);
  }

  // soon is called when the connection may have become possible, or may have died while a phone slept.
  soon() {
    if (this.greeted) this.send({ type: 'STATUS' });
    else if (this.waiting) this.connect();
  }
}
