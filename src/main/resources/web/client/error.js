export class BacklotError extends Error {
  constructor(code, detail, field = null) {
    super(detail);
    this.name = 'BacklotError';
    this.code = code;
    this.field = field;
  }
}

export const failureOf = ({ code, detail, field }) => new BacklotError(code, detail, field);

/** What another attempt may mend; any other code of an error stays as it is. */
const PASSING = ['internal', 'overloaded', 'rate-limited', 'store-unavailable', 'outcome-unknown'];

export const isPassing = error => PASSING.includes(error.code);

/** A member of a message, a parameter of a request, and its header. */
const ABOUT_CURSOR = ['/cursor', 'query:cursor', 'header:Last-Event-ID'];

/** A cursor of another tenant or of another time: the present is told instead. */
export const isAboutCursor = (error, subscription) =>
  ABOUT_CURSOR.includes(error.field) && subscription.position !== null;

/** Close codes: the server's (see the page on live status), and one for what says nothing. */
export const UNAUTHENTICATED = 4401;
export const CREDENTIAL_ENDED = 4410;
export const BAD_MESSAGE = 4400;
export const TRY_AGAIN = 1013;
export const BROKEN = 0;
