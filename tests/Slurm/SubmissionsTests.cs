namespace Slipway.Slurm.Tests;

public sealed class SubmissionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Submissions _submissions;

    public SubmissionsTests() => _submissions = new Submissions(_folder["cache"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_old_goes_but_for_what_Slurm_still_has()
    {
        var (young, alive, old) = (Written(days: 13), Written(days: 15), Written(days: 15));

        _submissions.RemoveOld(new HashSet<string>(StringComparer.Ordinal) { alive.Name });

        Assert.Equal(
            new[] { young.Folder, alive.Folder }.Order(StringComparer.Ordinal),
            Directory.GetDirectories(_submissions.Folder).Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(old.Folder));
    }

    [Fact]
    public void A_task_of_another_workspace_is_another_s()
    {
        var submission = _submissions.New();
        var other = new Submissions(_folder["other"]);

        Assert.Equal(submission, _submissions.Of(Task(_submissions.CommentOf(submission))));
        Assert.Null(other.Of(Task(_submissions.CommentOf(submission))));
        Assert.Null(_submissions.Of(Task("somebody's own comment")));
    }

    private static QueueTask Task(string comment) => new(new TaskId(1, 0), "RUNNING", 0, "n1", "None", comment);

    private Submission Written(int days)
    {
        var submission = _submissions.New();
        submission.Write([[]], "");
        Directory.SetLastWriteTimeUtc(submission.Folder, DateTime.UtcNow.AddDays(-days));
        return submission;
    }
}
