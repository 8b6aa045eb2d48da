/*
 * The handshake of the tunnel protocol (../tunnel.md §3.5), between two members that may both begin, over a relay that loses, duplicates,
 * reorders and replays. Cryptography is taken as perfect: a message is what it says, and who has not the keys cannot make it.
 *
 * A session is named by its initiator, the number of its HELLO and the number of its CHALLENGE: what the transcript hash stands for.
 *
 * Checked: no frame is accepted under a session before the peer's confirmation was verified; a RESPONSE makes a session once; a replayed
 * HELLO makes no CHALLENGE; the members never come to a standstill, nor need more than a few attempts; in the end both have the same session.
 *
 * Mutations, which the check must find: EARLY_FRAMES accepts frames as soon as there are keys, STALE_HELLO forgets which HELLOs were
 * accepted, KEEP_ASKING never gives an attempt up, and BOTH_YIELD, with ATTEMPTS=1 and a relay that only forwards, lets also the lower peer
 * ID give up its HELLO.
 */

#ifndef DROPS
#define DROPS 1
#endif
#ifndef COPIES
#define COPIES 1
#endif
#ifndef SHIFTS
#define SHIFTS 1
#endif
#ifndef REPLAYS
#define REPLAYS 1
#endif
#ifndef GIVE_UPS
#define GIVE_UPS 1
#endif

/* Handshakes that a member may need: with a relay that only forwards, one, even if both begin at once. */
#ifndef ATTEMPTS
#define ATTEMPTS 6
#endif

/* Repetitions of a message before its attempt is given up. */
#define REPETITIONS 2
#define NOBODY 2

mtype = { HELLO, CHALLENGE, RESPONSE, ESTABLISHED, FRAME };
mtype = { Idle, HelloSent, ResponseSent, Waiting, ChallengeSent, Confirmed };

/* What is on its way to a member: message, initiator, number of HELLO, number of CHALLENGE. */
chan net[2] = [4] of { mtype, byte, byte, byte };

byte drops = DROPS, copies = COPIES, shifts = SHIFTS, replays = REPLAYS, giveUps = GIVE_UPS;

/* The session that each member has, and the one before it, which it still accepts. */
byte owner[2] = NOBODY, hello[2], chall[2];
byte oldOwner[2] = NOBODY, oldHello[2], oldChall[2];

/* Whose patience ends next. */
byte turn;

/* The last number of HELLO that each member sent. */
byte begun[2];

/* For the check alone: the confirmations that each member has verified, the last two. */
byte okOwner[2] = NOBODY, okHello[2], okChall[2];
byte okOwner2[2] = NOBODY, okHello2[2], okChall2[2];

#define agreed (owner[0] != NOBODY && owner[0] == owner[1] && hello[0] == hello[1] && chall[0] == chall[1])
#define verified(m, o, h, c) ((okOwner[m] == o && okHello[m] == h && okChall[m] == c) || (okOwner2[m] == o && okHello2[m] == h && okChall2[m] == c))

/* A full network loses. */
inline send(to, type, o, h, c)
{
    if
    :: nfull(net[to]) -> net[to]!type(o, h, c)
    :: full(net[to]) -> skip
    fi
}

inline confirm(m, o, h, c)
{
    okOwner2[m] = okOwner[m]; okHello2[m] = okHello[m]; okChall2[m] = okChall[m];
    okOwner[m] = o; okHello[m] = h; okChall[m] = c
}

inline establish(m, o, h, c)
{
    oldOwner[m] = owner[m]; oldHello[m] = hello[m]; oldChall[m] = chall[m];
    owner[m] = o; hello[m] = h; chall[m] = c
}

inline begin()
{
    assert(begun[me] < ATTEMPTS);
    begun[me]++;
    tries = 0;
    asking = HelloSent;
    send(peer, HELLO, me, begun[me], 0)
}

proctype member(byte me)
{
    byte peer = 1 - me;
    mtype asking = Idle;    /* as initiator */
    byte myChall;           /* the CHALLENGE that was answered */
    mtype answering = Waiting; /* as responder */
    byte theirHello, lastHello, nextChall, usedChall;
    byte tries;
    byte o, h, c;

end:
    do
    /* Begins on its own, while it has nothing. */
    :: asking == Idle && answering == Waiting && owner[me] == NOBODY -> atomic { begin() }

    :: atomic { net[me]?HELLO(o, h, c) ->
        if
#ifndef BOTH_YIELD
        :: asking != Idle && me < peer -> skip
        :: !(asking != Idle && me < peer) ->
#else
        :: true ->
#endif
            if
#ifndef STALE_HELLO
            :: h > lastHello ->
#else
            :: !(h == theirHello && answering == ChallengeSent) ->
#endif
                lastHello = h; theirHello = h; nextChall++; asking = Idle; answering = ChallengeSent;
                assert(nextChall <= h);
                send(peer, CHALLENGE, peer, h, nextChall)
            :: h == theirHello && answering == ChallengeSent -> send(peer, CHALLENGE, peer, h, nextChall)
            :: else -> skip
            fi
        fi;
        o = 0; h = 0; c = 0 }

    :: atomic { net[me]?CHALLENGE(o, h, c) ->
        if
        :: asking == HelloSent && h == begun[me] -> myChall = c; asking = ResponseSent; tries = 0; send(peer, RESPONSE, me, h, c)
        :: else -> skip
        fi;
        o = 0; h = 0; c = 0 }

    :: atomic { net[me]?RESPONSE(o, h, c) ->
        if
        :: answering == ChallengeSent && h == theirHello && c == nextChall ->
            assert(c > usedChall);
            usedChall = c;
            confirm(me, peer, h, c);
            establish(me, peer, h, c);
            answering = Confirmed;
            send(peer, ESTABLISHED, peer, h, c);
            send(peer, FRAME, peer, h, c)
        :: answering == Confirmed && h == theirHello && c == nextChall -> send(peer, ESTABLISHED, peer, h, c)
        :: else -> skip
        fi;
        o = 0; h = 0; c = 0 }

    :: atomic { net[me]?ESTABLISHED(o, h, c) ->
        if
        :: asking == ResponseSent && h == begun[me] && c == myChall ->
            confirm(me, me, h, c);
            establish(me, me, h, c);
            asking = Idle;
            send(peer, FRAME, me, h, c)
        :: else -> skip
        fi;
        o = 0; h = 0; c = 0 }

    :: atomic { net[me]?FRAME(o, h, c) ->
        if
        :: (owner[me] == o && hello[me] == h && chall[me] == c) || (oldOwner[me] == o && oldHello[me] == h && oldChall[me] == c) ->
            assert(verified(me, o, h, c))
#ifdef EARLY_FRAMES
        :: asking == ResponseSent && o == me && h == begun[me] && c == myChall -> assert(verified(me, o, h, c))
#endif
        :: else ->
            /* Of a session that is unknown: a new handshake, unless one is under way. */
            if
            :: asking == Idle && answering != ChallengeSent -> begin()
            :: else -> skip
            fi
        fi;
        o = 0; h = 0; c = 0 }

    /* An attempt takes too long, on either side, at any moment. */
    :: atomic { asking != Idle && giveUps > 0 -> giveUps--; asking = Idle }
    :: atomic { answering == ChallengeSent && giveUps > 0 -> giveUps--; answering = Waiting }

    /* Nothing moves any more: what was lost is sent again. Both have the same patience, so they take turns. */
    :: atomic { timeout && !agreed && turn == me ->
        turn = peer;
        if
#ifndef KEEP_ASKING
        :: asking != Idle && tries == REPETITIONS -> asking = Idle
        :: asking == HelloSent && tries < REPETITIONS -> tries++; send(peer, HELLO, me, begun[me], 0)
        :: asking == ResponseSent && tries < REPETITIONS -> tries++; send(peer, RESPONSE, me, begun[me], myChall)
#else
        :: asking == HelloSent -> send(peer, HELLO, me, begun[me], 0)
        :: asking == ResponseSent -> send(peer, RESPONSE, me, begun[me], myChall)
#endif
        :: asking == Idle && owner[me] == NOBODY -> answering = Waiting; begin()
        :: asking == Idle && owner[me] != NOBODY -> answering = (answering == ChallengeSent -> Waiting : answering); send(peer, FRAME, owner[me], hello[me], chall[me])
        fi }
    od
}

/* What the relay does beyond forwarding; each a limited number of times, at any moment. */
proctype relay()
{
    byte to, o, h, c;
    mtype type;

end:
    do
    :: atomic { drops > 0 && nempty(net[0]) -> net[0]?type(o, h, c); drops--; o = 0; h = 0; c = 0; type = 0 }
    :: atomic { drops > 0 && nempty(net[1]) -> net[1]?type(o, h, c); drops--; o = 0; h = 0; c = 0; type = 0 }
    :: atomic { copies > 0 && nempty(net[0]) && nfull(net[0]) -> net[0]?<type(o, h, c)>; net[0]!type(o, h, c); copies--; o = 0; h = 0; c = 0; type = 0 }
    :: atomic { copies > 0 && nempty(net[1]) && nfull(net[1]) -> net[1]?<type(o, h, c)>; net[1]!type(o, h, c); copies--; o = 0; h = 0; c = 0; type = 0 }
    :: atomic { shifts > 0 && len(net[0]) > 1 -> net[0]?type(o, h, c); net[0]!type(o, h, c); shifts--; o = 0; h = 0; c = 0; type = 0 }
    :: atomic { shifts > 0 && len(net[1]) > 1 -> net[1]?type(o, h, c); net[1]!type(o, h, c); shifts--; o = 0; h = 0; c = 0; type = 0 }
    :: atomic { replays > 0 && begun[0] > 0 && nfull(net[1]) -> replays--; select(h : 1 .. begun[0]); net[1]!HELLO(0, h, 0); h = 0 }
    :: atomic { replays > 0 && begun[1] > 0 && nfull(net[0]) -> replays--; select(h : 1 .. begun[1]); net[0]!HELLO(1, h, 0); h = 0 }
    od
}

init { atomic { run member(0); run member(1); run relay() } }

ltl agreement { <>[] agreed }
