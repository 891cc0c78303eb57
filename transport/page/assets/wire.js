// The connection to the gateway: wire version 2 over a WebSocket, made again by itself.
import { remember, recall } from './store.js';

const TOKEN = 'futuopend.token';
const SESSION = 'futuopend.session'; // what a ticket was taken for
const answerWithin = 15000;
const slowest = 30000;
const most = 200; // entries that are asked for

// What a token looks like. Anything else would be refused by the browser before it reached the gateway.
const tokenForm = /^[A-Za-z0-9._~-]{16,128}$/;

export class Wire {
  // on has: status(snapshot), event(entry), anew(), result(frame), link(isUp, failed), refused(why), token(why). Why is the key of a text.
  // Nobody is told anything before ready is kept.
  constructor(on, ready) {
    this.on = on;
    this.ready = ready;
    this.seq = 0; // of the last entry that was told
    this.at = null; // when that one was; null for none
    this.skew = 0; // how far the gateway's clock is ahead of this one
    this.tries = 0;
    this.nextID = 1;
    this.open = new Map(); // commands that wait for their answer, by id
    addEventListener('online', () => this.soon());
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.soon(); });
  }

  // now is the gateway's time, in milliseconds.
  now() { return Date.now() + this.skew; }

  // limited reports whether a ticket let in, and not the token.
  get limited() { return recall(sessionStorage, TOKEN) === null && recall(sessionStorage, SESSION) !== null; }

  credential() { return recall(sessionStorage, TOKEN) ?? recall(sessionStorage, SESSION); }

  headers() {
    const token = this.credential();
    return token ? { Authorization: 'Bearer ' + token } : {};
  }

  useToken(token) {
    if (!tokenForm.test(token)) {
      this.on.refused('token.wrong');
      return;
    }
    remember(sessionStorage, TOKEN, token);
    this.leave();
    this.connect();
  }

  // useTicket is for a link that was opened. Who has the token needs no ticket, and leaves it as it is.
  useTicket(ticket) {
    if (recall(sessionStorage, TOKEN) !== null) return;
    this.ticket = ticket;
    this.leave();
    this.connect();
  }

  // exchange takes the ticket for a session. It returns the key of why that was refused, null if it was not, and
  // undefined if nobody answered. A ticket is sent again only then.
  async exchange() {
    let answer, body;
    try {
      answer = await fetch('ticket', {
        method: 'POST', body: JSON.stringify({ ticket: this.ticket }), cache: 'no-store',
        headers: { 'Content-Type': 'application/json' }, signal: AbortSignal.timeout(answerWithin),
      });
      body = await answer.json();
    } catch {
      return undefined;
    }
    if (!answer.ok && !body?.code?.startsWith('ticket_') && answer.status !== 400) return undefined;
    this.ticket = null;
    if (!answer.ok) return 'error.' + (answer.status === 400 ? 'ticket_wrong' : body.code);
    remember(sessionStorage, SESSION, body.token);
    return null;
  }

  // connect first asks over HTTP: a browser does not tell why a WebSocket failed, so a missing token would look
  // like a missing gateway.
  async connect() {
    if (this.connecting) return;
    clearTimeout(this.timer);
    this.waiting = false;
    this.connecting = true;
    let answer = null;
    let first = null;
    const why = this.ticket ? await this.exchange() : null;
    try {
      if (why !== undefined) {
        answer = await fetch('status', { headers: this.headers(), cache: 'no-store', signal: AbortSignal.timeout(answerWithin) });
        first = answer.ok ? await answer.json() : await answer.text();
      }
    } catch {
      answer = null;
    }
    await this.ready;
    this.connecting = false;
    if (answer?.status === 401) {
      this.unknown(why);
      return;
    }
    if (why) this.on.refused(why);
    if (!answer?.ok) {
      this.again();
      return;
    }
    this.setClock(answer.headers.get('Date'));
    this.on.status(first); // a round trip earlier than the socket could tell it
    this.dial();
  }

  // unknown is called when the gateway knows neither token nor session. A session outlives a token that was wrong.
  unknown(why) {
    const token = recall(sessionStorage, TOKEN) !== null;
    const session = recall(sessionStorage, SESSION) !== null;
    remember(sessionStorage, token ? TOKEN : SESSION, null);
    if (token && session) {
      this.on.refused('token.wrong');
      this.connect();
      return;
    }
    this.on.token(why ?? (token ? 'token.wrong' : session ? 'session.over' : null));
  }

  // setClock notes how far the two clocks differ. The header has whole seconds, so less than that is no difference.
  setClock(date) {
    const skew = Date.parse(date) + 500 - Date.now();
    this.skew = Math.abs(skew) > 2000 ? skew : 0;
  }

  dial() {
    const token = this.credential();
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
        this.note(frame);
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

  // note passes an entry on that was not told yet. The one that was told last is asked for once more on each new
  // connection: if it is another one, the journal was replaced meanwhile, and all of it is new.
  note(entry) {
    if (entry.seq === this.seq && this.at !== null && entry.at !== this.at) {
      this.forget();
      this.leave();
      this.connect();
      return;
    }
    if (entry.seq <= this.seq) return;
    this.seq = entry.seq;
    this.at = entry.at;
    this.on.event(entry);
  }

  forget() {
    this.seq = 0;
    this.at = null;
    this.on.anew();
  }

  greet(status) {
    clearTimeout(this.timer);
    this.greeted = true;
    this.tries = 0;
    if (status.seq < this.seq) this.forget(); // another journal than the one before
    const oldest = status.seq - most;
    if (this.seq < oldest) {
      this.seq = oldest;
      this.at = null;
    }
    this.on.link(true);
    this.send({ type: 'SUBSCRIBE', after: this.at === null ? this.seq : this.seq - 1 });
  }

  // send sends a command and returns its answer. A command is never sent twice by itself.
  send(command) {
    return new Promise((done) => {
      if (!this.greeted || this.socket.readyState !== WebSocket.OPEN) { // one that closes is greeted still
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

  // post sends a command over HTTP and returns its answer as send does: for what a person gives as it came to him.
  async post(path, body) {
    if (!this.greeted) return { type: 'ERROR', error: 'not_connected' };
    try {
      const answer = await fetch(path, {
        method: 'POST', headers: { ...this.headers(), 'Content-Type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(answerWithin),
      });
      const told = await answer.json();
      if (answer.ok) return { type: 'ACK', ...told };
      return { type: 'ERROR', error: told.code, message: told.detail, wait: Number(answer.headers.get('Retry-After')) || 0 };
    } catch {
      return { type: 'ERROR', error: 'no_answer' };
    }
  }

  // leave ends the connection to make another one.
  leave() {
    const old = this.socket;
    this.socket = null;
    this.greeted = false;
    this.giveUp();
    old?.close();
  }

  // giveUp tells those who wait that no answer will come any more.
  giveUp() {
    for (const { done, timer } of this.open.values()) {
      clearTimeout(timer);
      done({ type: 'ERROR', error: 'no_answer' });
    }
    this.open.clear();
  }

  // drop gives a dead connection up without waiting for its goodbye, which may never come.
  drop() {
    this.socket?.close();
    this.again();
  }

  // again tries once more, later each time.
  again() {
    const failed = !this.greeted; // a connection that ended is made again before anybody is told
    this.socket = null;
    this.greeted = false;
    clearTimeout(this.timer);
    this.giveUp();
    const wait = Math.min(slowest, 1000 * 2 ** this.tries++) * (0.75 + Math.random() / 2);
    this.on.link(false, failed);
    this.waiting = true;
    this.timer = setTimeout(() => this.connect(), wait);
  }

  // soon is called when the connection may have become possible, or may have died while a phone slept.
  soon() {
    if (this.greeted) this.send({ type: 'STATUS' });
    else if (this.waiting) this.connect();
  }
}
