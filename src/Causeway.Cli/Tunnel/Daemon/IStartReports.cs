namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>Where a tunnel that starts says how far it is.</summary>
internal interface IStartReports
{
    /// <summary>Says something.</summary>
    void Say(StartReport report);

    /// <summary>Says that it runs.</summary>
    /// <returns>Whether it is still wanted: false when whoever waited has gone.</returns>
    Task<bool> ReadyAsync();
}
