/*
 * Epochs, rekeying and the end of a session of the tunnel protocol (../tunnel.md §4.4, §4.1 CLOSE), over a relay that loses, duplicates and
 * reorders. What a message is sealed under is part of it; signatures and the exchange itself are taken as perfect.
 *
 * Time enters as in the protocol: the grace of an old epoch outlasts whatever is on its way, and repetitions come when nothing moves. (An
 * option that is always open would keep Spin's timeout from ever coming: hence the conditions of closing.)
 *
 * Checked: every frame that arrives can be opened; no more than two epochs live; nothing is sent after closing; in the end both sides are in
 * the last epoch, or, with CLOSES, both have closed, even if CLOSE was lost.
 *
 * Mutations, which the check must find: GRACE_AT_SWITCH lets the initiator's grace begin before it heard the responder in the new epoch,
 * EARLY_SWITCH lets the responder seal under the new epoch when it has answered, IMPATIENT begins a rekey while the old epoch has its grace,
 * DONE_ONCE never repeats REKEY_DONE, SENDS_AFTER_CLOSE is what it says.
 */

#ifndef DROPS
#define DROPS 2
#endif
#ifndef COPIES
#define COPIES 1
#endif
#ifndef SHIFTS
#define SHIFTS 1
#endif
#ifndef FRAMES
#define FRAMES 2
#endif

#define LAST 2
#define I 0
#define R 1

mtype = { REKEY, REKEY_ACK, REKEY_DONE, HEARTBEAT, FRAME, CLOSE };
mtype = { Steady, Waiting, Confirming, Answered };

/* What is on its way to a side: message, and the epoch that seals it. */
chan net[2] = [5] of { mtype, byte };
byte flying[LAST + 1];

byte drops = DROPS, copies = COPIES, shifts = SHIFTS;

/* The epoch in which both were heard, the one that seals, and those that can be opened. */
byte epoch[2], sealing[2], lowest[2], highest[2];
bool closed[2];

#define settled (epoch[I] == LAST && epoch[R] == LAST && sealing[I] == LAST && sealing[R] == LAST)

inline send(to, type)
{
    if
    :: nfull(net[to]) -> net[to]!type(sealing[me]); flying[sealing[me]]++
    :: full(net[to]) -> skip
    fi
}

inline opens(e)
{
    assert(lowest[me] <= e && e <= highest[me])
}

/* What both sides do alike. */
#define COMMON \
    :: atomic { !closed[me] && frames > 0 -> frames--; send(peer, FRAME) } \
    :: atomic { lowest[me] < highest[me] && GRACE && flying[lowest[me]] == 0 -> lowest[me] = highest[me] } \
    :: atomic { closed[me] && nempty(net[me]) -> net[me]?type(e); flying[e]--; type = 0; e = 0 }

#ifdef CLOSES
#define ENDING \
    :: atomic { !closed[me] && (nempty(net[me]) || timeout) -> send(peer, CLOSE); closed[me] = true } \
    :: atomic { timeout && closed[peer] && !closed[me] -> closed[me] = true }
#else
#define ENDING
#endif

#ifdef SENDS_AFTER_CLOSE
#define MAY_SEND true
#else
#define MAY_SEND !closed[me]
#endif

#ifdef IMPATIENT
#define MAY_BEGIN true
#else
#define MAY_BEGIN (lowest[I] == highest[I])
#endif

#ifdef GRACE_AT_SWITCH
#define GRACE (me == I || state == Steady)
#else
#define GRACE (state == Steady)
#endif

proctype initiator()
{
    byte me = I, peer = R, frames = FRAMES, e;
    mtype state = Steady, type;

end:
    do
    COMMON
    ENDING

    :: atomic { MAY_SEND && state == Steady && epoch[I] < LAST && MAY_BEGIN -> assert(!closed[I]); state = Waiting; send(R, REKEY) }

    :: atomic { !closed[I] && nempty(net[I]) ->
        net[I]?type(e);
        flying[e]--;
        opens(e);
        if
        :: state == Confirming && e == epoch[I] + 1 -> epoch[I]++; state = Steady
        :: else -> skip
        fi;
        if
        :: type == REKEY_ACK && state == Waiting && e == epoch[I] ->
            highest[I] = e + 1;
            assert(highest[I] - lowest[I] < 2);
            sealing[I] = e + 1;
            state = Confirming;
            send(R, REKEY_DONE)
        :: type == CLOSE -> closed[I] = true
        :: else -> skip
        fi;
        type = 0; e = 0 }

    :: atomic { timeout && !closed[I] && !closed[R] && state == Waiting -> send(R, REKEY) }
#ifndef DONE_ONCE
    :: atomic { timeout && !closed[I] && !closed[R] && state == Confirming -> send(R, REKEY_DONE) }
#endif
    od
}

proctype responder()
{
    byte me = R, peer = I, frames = FRAMES, e;
    mtype state = Steady, type;

end:
    do
    COMMON
    ENDING

    :: atomic { !closed[R] && nempty(net[R]) ->
        net[R]?type(e);
        flying[e]--;
        opens(e);
        if
        :: state == Answered && e == epoch[R] + 1 -> epoch[R]++; sealing[R] = epoch[R]; state = Steady
        :: else -> skip
        fi;
        if
        :: type == REKEY && e == epoch[R] && state == Steady ->
            lowest[R] = epoch[R];
            highest[R] = epoch[R] + 1;
            state = Answered;
            send(I, REKEY_ACK);
#ifdef EARLY_SWITCH
            sealing[R] = highest[R]
#endif
        :: type == REKEY && e == epoch[R] && state == Answered -> send(I, REKEY_ACK)
        :: type == REKEY_DONE && e == epoch[R] -> send(I, HEARTBEAT)
        :: type == CLOSE -> closed[R] = true
        :: else -> skip
        fi;
        assert(highest[R] - lowest[R] < 2);
        type = 0; e = 0 }
    od
}

/* What the relay does beyond forwarding; each a limited number of times, at any moment. */
proctype relay()
{
    byte e;
    mtype type;

end:
    do
    :: atomic { drops > 0 && nempty(net[0]) -> net[0]?type(e); drops--; flying[e]--; e = 0; type = 0 }
    :: atomic { drops > 0 && nempty(net[1]) -> net[1]?type(e); drops--; flying[e]--; e = 0; type = 0 }
    :: atomic { copies > 0 && nempty(net[0]) && nfull(net[0]) -> net[0]?<type(e)>; net[0]!type(e); copies--; flying[e]++; e = 0; type = 0 }
    :: atomic { copies > 0 && nempty(net[1]) && nfull(net[1]) -> net[1]?<type(e)>; net[1]!type(e); copies--; flying[e]++; e = 0; type = 0 }
    :: atomic { shifts > 0 && len(net[0]) > 1 -> net[0]?type(e); net[0]!type(e); shifts--; e = 0; type = 0 }
    :: atomic { shifts > 0 && len(net[1]) > 1 -> net[1]?type(e); net[1]!type(e); shifts--; e = 0; type = 0 }
    od
}

init { atomic { run initiator(); run responder(); run relay() } }

#ifdef CLOSES
ltl agreement { <>[] ((closed[I] && closed[R]) || (!closed[I] && !closed[R] && settled)) }
#else
ltl agreement { <>[] settled }
#endif
