# An image that is not there, and a command that is not there: the task never starts and says why.
! image nope is missing
! image bad does not start
! node n1 cpu 2048 memory 4096
@ +1s
> ecs RegisterTaskDefinition {"family":"nope","containerDefinitions":[{"name":"web","image":"nope","memory":64}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ecs RegisterTaskDefinition {"family":"bad","containerDefinitions":[{"name":"web","image":"bad","memory":64}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ecs RunTask {"taskDefinition":"nope"}
| tasks.taskArn
< 200 {"tasks":[{"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task1"}]}
> ecs RunTask {"taskDefinition":"bad"}
| tasks.taskArn
< 200 {"tasks":[{"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task2"}]}
@ +5s
> ecs DescribeTasks {"tasks":["$task1","$task2"]}
| tasks.lastStatus tasks.stopCode tasks.stoppedReason tasks.startedAt tasks.pullStartedAt tasks.pullStoppedAt tasks.stoppedAt tasks.containers.lastStatus tasks.containers.reason tasks.containers.exitCode
< 200 {
    "tasks": [
      {
        "lastStatus": "STOPPED",
        "stopCode": "TaskFailedToStart",
        "stoppedReason": "CannotPullContainerError: pull access denied for nope, repository does not exist",
        "pullStartedAt": "+1.019s",
        "pullStoppedAt": "+2.019s",
        "stoppedAt": "+2.030s",
        "containers": [
          {
            "lastStatus": "STOPPED",
            "reason": "CannotPullContainerError: pull access denied for nope, repository does not exist"
          }
        ]
      },
      {
        "lastStatus": "STOPPED",
        "stopCode": "TaskFailedToStart",
        "stoppedReason": "CannotStartContainerError: exec: \"bad\": executable file not found in $PATH",
        "pullStartedAt": "+1.021s",
        "pullStoppedAt": "+2.021s",
        "stoppedAt": "+2.232s",
        "containers": [
          {
            "lastStatus": "STOPPED",
            "reason": "CannotStartContainerError: exec: \"bad\": executable file not found in $PATH"
          }
        ]
      }
    ]
  }
