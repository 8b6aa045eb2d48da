using Causeway.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Multiformats.Tests;

/// <summary>Runs properties with a fixed seed, so that a failure is the same everywhere.</summary>
internal static class Properties
{
    public static void Check(Property property, int share = 2_000, int full = 100_000) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(Soak.Count(share, full)).WithEndSize(80).WithReplay(20_260_101, 7),
        property);
}
