using System.Runtime.CompilerServices;

namespace Causeway.Cryptography.Sha3;

/// <summary>The 1600 bits of one state.</summary>
[InlineArray(KeccakPermutation.Words)]
internal struct KeccakState
{
    private ulong _first;
}
