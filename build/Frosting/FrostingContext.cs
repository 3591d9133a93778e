using Cake.Core;

namespace Cake.Frosting;

/// <summary>What tasks are given.</summary>
public interface IFrostingContext : ICakeContext;

/// <summary>What tasks are given; derive from it to give them more.</summary>
/// <param name="context">Cake's own context.</param>
public class FrostingContext(ICakeContext context) : CakeContextAdapter(context), IFrostingContext;

/// <summary>Runs before the first and after the last task.</summary>
public interface IFrostingLifetime
{
    /// <summary>Before the first task.</summary>
    void Setup(ICakeContext context, ISetupContext info);

    /// <summary>After the last task, whether or not it failed.</summary>
    void Teardown(ICakeContext context, ITeardownContext info);
}

/// <summary>Runs before the first and after the last task.</summary>
/// <typeparam name="TContext">The context's class.</typeparam>
public abstract class FrostingLifetime<TContext> : IFrostingLifetime
    where TContext : ICakeContext
{
    /// <summary>Before the first task.</summary>
    public abstract void Setup(TContext context, ISetupContext info);

    /// <summary>After the last task, whether or not it failed.</summary>
    public abstract void Teardown(TContext context, ITeardownContext info);

    void IFrostingLifetime.Setup(ICakeContext context, ISetupContext info) => Setup((TContext)context, info);

    void IFrostingLifetime.Teardown(ICakeContext context, ITeardownContext info) => Teardown((TContext)context, info);
}
