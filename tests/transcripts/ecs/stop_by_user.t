# StopTask answers at once. A process that ignores SIGTERM is killed after its stopTimeout.
! image stubborn ignores SIGTERM
! node n1 cpu 2048 memory 4096
@ +1s
> ecs RegisterTaskDefinition {"family":"stubborn","containerDefinitions":[
  {"name":"web","image":"stubborn","memory":64,"stopTimeout":20}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ecs RunTask {"taskDefinition":"stubborn"}
| tasks.taskArn tasks.lastStatus
< 200 {"tasks":[{"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task1","lastStatus":"PENDING"}]}
@ +2s
> ecs StopTask {"task":"$task1","reason":"enough of it"}
| task.lastStatus task.desiredStatus task.stopCode task.stoppedReason
< 200 {
    "task": {
      "lastStatus": "STOPPING",
      "desiredStatus": "STOPPED",
      "stopCode": "UserInitiated",
      "stoppedReason": "enough of it"
    }
  }
@ +19s
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus tasks.containers.lastStatus
< 200 {"tasks":[{"lastStatus":"STOPPING","containers":[{"lastStatus":"RUNNING"}]}]}
> ecs ListTasks {"desiredStatus":"RUNNING"}
< 200 {"taskArns":[]}
> ecs ListTasks {"desiredStatus":"STOPPED"}
< 200 {"taskArns":["arn:aws:ecs:us-east-1:000000000000:task/default/$task1"]}
@ +2s
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus tasks.stoppingAt tasks.stoppedAt tasks.containers.exitCode
< 200 {
    "tasks": [
      {"lastStatus":"STOPPED","stoppingAt":"+3.015s","stoppedAt":"+23.031s","containers":[{"exitCode":137}]}
    ]
  }

# A second StopTask changes nothing and is no error.
> ecs StopTask {"task":"$task1","reason":"once more"}
| task.lastStatus task.stoppedReason task.version
< 200 {"task":{"lastStatus":"STOPPED","stoppedReason":"enough of it","version":8}}
